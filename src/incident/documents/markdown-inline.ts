import { resolveLink, type Place } from './addresses.ts';

/** Where reference links lead, by their label in lower case. */
export type References = ReadonlyMap<string, string>;

const LONGEST_TARGET = 500;
const LONGEST_TAG = 500;

/** Tags of HTML that Markdown is written with; `<pod>` and other placeholders are text. */
const TAGS = new Set(
  (
    'a abbr b blockquote br center code dd del details div dl dt em font h1 h2 h3 h4 h5 h6 hr i img ins kbd li ' +
    'mark ol p picture pre q s section small source span strong sub summary sup table tbody td th thead tr u ul'
  ).split(' '),
);

/**
 * The text of one block of Markdown: links become `words (address)`, images their alternative text; HTML tags
 * and Hugo's shortcodes go, code spans stay as they are. In time linear to the text.
 */
export function inlineText(text: string, place: Place, references: References): string {
  const spans = codeSpans(text);
  const closing = brackets(text, spans);
  const ends = new Map<number, { after: number; address: string | null }>();
  let out = '';
  for (let at = 0; at < text.length; at += 1) {
    const span = spans.get(at);
    const end = ends.get(at);
    const next = text[at + 1];
    if (span !== undefined) {
      out += text.slice(at, span);
      at = span - 1;
    } else if (end) {
      if (end.address !== null && !out.endsWith(end.address)) out += ` (${end.address})`;
      at = end.after - 1;
    } else if (text[at] === '\\' && next !== undefined && /[!-/:-@[-`{-~]/.test(next)) {
      // An escaped mark is that mark; the backslash stays only before what would mean something again.
      out += next;
      at += 1;
    } else if (text[at] === '[' || (text[at] === '!' && next === '[')) {
      const image = text[at] === '!';
      const open = image ? at + 1 : at;
      const close = closing.get(open);
      const target = close === undefined ? null : targetOf(text, open, close, references);
      if (close === undefined || target === null) out += text[at];
      else {
        ends.set(close, { after: target.after, address: image ? null : resolveLink(target.to, place) });
        at = open;
      }
    } else if (text[at] === '<') {
      const tag = tagAt(text, at);
      out += tag ? shown(tag.inside, place) : '<';
      if (tag) at = tag.after - 1;
    } else if (text[at] === '{' && next === '{' && (text[at + 2] === '<' || text[at + 2] === '%')) {
      const stop = text.slice(at, at + LONGEST_TAG).indexOf(text[at + 2] === '<' ? '>}}' : '%}}');
      if (stop < 0) out += '{';
      else at += stop + 2;
    } else out += text[at];
  }
  return out;
}

/** Start of each code span and the place after its end; a run of backticks closes one of the same length. */
function codeSpans(text: string): Map<number, number> {
  const runs = [...text.matchAll(/`+/g)].map((run) => ({ at: run.index, length: run[0].length }));
  const following = new Map<number, number>();
  const nextSame: (number | undefined)[] = [];
  for (let index = runs.length - 1; index >= 0; index -= 1) {
    const length = runs[index]?.length ?? 0;
    nextSame[index] = following.get(length);
    following.set(length, index);
  }
  const spans = new Map<number, number>();
  for (let index = 0; index < runs.length; index += 1) {
    const run = runs[index];
    const close = nextSame[index];
    const last = close === undefined ? undefined : runs[close];
    if (!run || close === undefined || !last) continue;
    spans.set(run.at, last.at + last.length);
    index = close;
  }
  return spans;
}

/** The closing bracket of each opening one, code and escapes left out. */
function brackets(text: string, spans: Map<number, number>): Map<number, number> {
  const open: number[] = [];
  const closing = new Map<number, number>();
  for (let at = 0; at < text.length; at += 1) {
    const span = spans.get(at);
    if (span !== undefined) at = span - 1;
    else if (text[at] === '\\') at += 1;
    else if (text[at] === '[') open.push(at);
    else if (text[at] === ']') {
      const start = open.pop();
      if (start !== undefined) closing.set(start, at);
    }
  }
  return closing;
}

function targetOf(text: string, open: number, close: number, references: References) {
  const following = text[close + 1];
  if (following === '(') {
    const inside = parenthesised(text, close + 2);
    if (inside !== null) return { to: destination(inside), after: close + 3 + inside.length };
  }
  if (references.size === 0) return null;
  const own = text.slice(open + 1, Math.min(close, open + LONGEST_TARGET));
  const named = following === '[' ? text.slice(close + 2, close + 2 + LONGEST_TARGET) : '';
  const stop = named.indexOf(']');
  const label = stop > 0 ? named.slice(0, stop) : own;
  const to = references.get(label.toLowerCase());
  return to === undefined ? null : { to, after: stop < 0 ? close + 1 : close + 3 + stop };
}

/** What stands up to the parenthesis that closes; null where none does within reach. */
function parenthesised(text: string, from: number): string | null {
  let depth = 0;
  const limit = Math.min(text.length, from + LONGEST_TARGET);
  for (let at = from; at < limit; at += 1) {
    if (text[at] === '(') depth += 1;
    else if (text[at] === ')') {
      if (depth === 0) return text.slice(from, at);
      depth -= 1;
    }
  }
  return null;
}

/** `<address> "title"` or `address "title"`: the address. */
function destination(inside: string): string {
  const trimmed = inside.trim();
  return trimmed.startsWith('<')
    ? (trimmed.slice(1).split('>', 1)[0] ?? '')
    : (trimmed.split(/\s/, 1)[0] ?? '');
}

function tagAt(text: string, at: number): { inside: string; after: number } | null {
  const length = text.slice(at, at + LONGEST_TAG).indexOf('>');
  if (length < 2) return null;
  const inside = text.slice(at + 1, at + length);
  const name = /^\/?([a-z][a-z\d]*)(?=$|[\s/])/i.exec(inside)?.[1]?.toLowerCase();
  const known = (name !== undefined && TAGS.has(name)) || /^https?:\/\/\S+$/i.test(inside);
  return known ? { inside, after: at + length + 1 } : null;
}

function shown(inside: string, place: Place): string {
  if (/^https?:/i.test(inside)) return inside;
  if (/^img\s/i.test(inside)) return attribute(inside, 'alt') ?? '';
  if (/^a\s/i.test(inside)) {
    const address = resolveLink(attribute(inside, 'href') ?? '', place);
    return address === null ? '' : `(${address}) `;
  }
  return /^(br|hr|\/(p|li|tr|div|h\d|summary))\b/i.test(inside) ? '\n' : '';
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\s${name}=(?:"([^"]*)"|'([^']*)')`, 'i').exec(tag)?.slice(1).find(Boolean);
}
