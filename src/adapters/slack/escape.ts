import { maskSecrets } from '../../incident/secrets.ts';
import { firstLine, plain } from '../../incident/text.ts';

// Characters that take no visible room beyond those that plain() removes: tags, Hangul fillers, the
// grapheme joiner, the blank Braille cell.
const BLANK = /[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u{e0000}-\u{e0fff}]/gu;
// More than three marks on one letter are no script but a way to paint over the lines around it.
const STACKED_MARKS = /(\p{M}{3})\p{M}+/gu;

/**
 * Text from outside as literal text for a plain_text or rich_text element, in which Slack interprets
 * nothing: no mention, no formatting, no link. Invisible characters are gone and the length is bounded.
 * Never empty, because Slack refuses empty text.
 */
export function inert(text: string, limit = 500): string {
  // Cut before the costly replacements, so that 50 kB of text costs no more than the part that is shown.
  // Secrets are masked when nothing invisible stands between their letters any more, and before the end is cut off,
  // because half a token is not known for one.
  const seen = plain(
    text
      .slice(0, limit * 4)
      .replace(BLANK, '')
      .replace(STACKED_MARKS, '$1'),
    limit * 4,
  );
  const shown = plain(maskSecrets(seen), limit);
  return shown.trim() === '' ? '(empty)' : shown;
}

/** The first line of a text from outside, inert; for titles and lists. */
export function inertLine(text: string, limit = 200): string {
  return inert(firstLine(text, limit * 4), limit);
}

const LOOKALIKE: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '*': '∗',
  _: 'ˍ',
  '~': '∼',
  '`': 'ˋ',
  '@': '＠',
};

/**
 * Text from outside for the one place where Slack reads a markup: the `text` that stands beside blocks and
 * is shown in notifications. Mentions, formatting, links and addresses become harmless lookalikes.
 */
export function inertMarkup(text: string, limit = 300): string {
  return inert(text, limit)
    .replace(/[&<>*_~`@]/g, (character) => LOOKALIKE[character] ?? character)
    .replaceAll('://', ':∕∕')
    .replace(/(\S)\.(?=\p{L}{2})/gu, '$1․');
}

/** What a person typed in Slack, with Slack's own escapes undone; still untrusted. */
export function unescapeSlack(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
