import { maskSecrets } from './secrets.ts';

// Control characters and the marks that make text look other than it is: zero-width, bidirectional
// overrides, byte-order marks. Newline and tab stay.
const INVISIBLE =
  // oxlint-disable-next-line no-control-regex -- these are exactly the characters to be found
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

const LONGEST_SECRET = 1000;

/** Text from outside, made inert as plain text: control and invisible characters gone, length bounded. */
export function plain(text: string, limit = 500): string {
  const clean = text.toWellFormed().replace(INVISIBLE, '');
  if (clean.length <= limit) return clean;
  // Nobody who masks secrets later would know half a token for one.
  const masked = maskSecrets(clean.slice(0, limit + LONGEST_SECRET));
  return `${masked.slice(0, limit - 1).toWellFormed()}…`;
}

/** `1 alert`, `2 alerts`. */
export function counted(count: number, noun: string, several = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : several}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function joined(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

/** The first line of a text from outside, inert and bounded. */
export function firstLine(text: string, limit = 200): string {
  return plain(text.trim().split('\n', 1)[0] ?? '', limit);
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
