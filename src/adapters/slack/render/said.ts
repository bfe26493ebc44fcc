import { plain } from '../../../incident/text.ts';
import type { Answer } from '../desk.ts';
import { inertMarkup } from '../escape.ts';
import { bold, lines, richText, words, type Rendered } from './rich.ts';

const LONGEST = 1_500;

/** An answer as a message. */
export function said(answer: Answer): Rendered {
  const text = words(plain(answer.text, LONGEST), LONGEST);
  return {
    text: inertMarkup(answer.text, LONGEST),
    blocks: [richText(lines(answer.ok ? [text] : [bold(words('Not done. ')), text]))],
  };
}
