import { maskSecrets } from '../../incident/secrets.ts';
import { plain } from '../../incident/text.ts';
import { termsOf } from './terms.ts';

const BEFORE = 2;
const LINES = 12;
const LONGEST = 120;

/**
 * The part of a diff that shares most with the symptom, with the file it stands in where the diff says so;
 * without any shared term its beginning. `terms` are the shared ones, the most telling first.
 */
export function tellingHunk(diff: string, terms: readonly string[]): string {
  const worth = new Map(terms.map((term, place) => [term, 1 / (1 + place)]));
  const lines = diff.split('\n');
  let file = '';
  let header = 0;
  let best = { at: 0, start: 0, file: '', worth: -1 };
  lines.forEach((line, at) => {
    const named = /^\+\+\+ (?:b\/)?(.+)$/.exec(line);
    if (named?.[1]) file = named[1];
    if (/^(@@|diff |--- |\+\+\+ )/.test(line)) {
      header = at + 1;
      return;
    }
    if (!/^[-+]/.test(line)) return;
    const value = [...new Set(termsOf(line))].reduce((sum, term) => sum + (worth.get(term) ?? 0), 0);
    if (value > best.worth) best = { at, start: header, file, worth: value };
  });
  const from = Math.max(best.start, best.at - BEFORE);
  const end = lines.findIndex((line, at) => at > best.at && /^(@@|diff |--- |\+\+\+ )/.test(line));
  const part = lines.slice(from, Math.min(from + LINES, end < 0 ? lines.length : end));
  return [best.file, ...part.map((line) => around(line, terms))].filter((line) => line !== '').join('\n');
}

/** The part of a long line that has the most telling of the terms in it, so that what is quoted ends after it. */
function around(whole: string, terms: readonly string[]): string {
  if (whole.length <= LONGEST) return whole;
  // Nobody who masks secrets later would know half a token for one.
  const line = maskSecrets(plain(whole, whole.length));
  if (line.length <= LONGEST) return line;
  const small = line.toLowerCase();
  const hit = terms.map((term) => small.indexOf(term)).find((at) => at >= 0) ?? 0;
  const from = Math.max(1, hit - LONGEST / 2);
  const to = from + LONGEST;
  return `${line.slice(0, 1)}${from > 1 ? '…' : ''}${line.slice(from, to)}${to < line.length ? '…' : ''}`;
}
