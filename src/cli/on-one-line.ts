import { plain } from '../incident/text.ts';

/** Text from outside as part of a line for a terminal: it can neither move the cursor nor look like a line of ours. */
export function onOneLine(text: string, limit = 500): string {
  return plain(text, limit).replaceAll(/\s+/g, ' ');
}
