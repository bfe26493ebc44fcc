import { plain } from '../../incident/text.ts';

/**
 * Text from outside as a quotation: every line begins with “> ”. No text can end its own quotation, because
 * whatever it contains begins with the mark again; a closing tag could be forged.
 */
export function quoted(text: string, limit: number): string {
  return plain(text, limit)
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}
