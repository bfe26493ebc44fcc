import type { Change } from './change.ts';
import { changedLines } from './diff.ts';
import { termsOf } from './terms.ts';

const NAME = /[a-z_$][\w$]+/g;
/** Shorter ones are hardly ever names. */
const LEAST_LETTERS = 4;
/** What more changes than these have is no trace of one of them. */
const MOST_CHANGES = 3;
const MOST_CHARACTERS = 20_000;

/**
 * Names that a symptom and the changed lines of a change spell alike, letter for letter, and that hardly another
 * change has: the root of the sum of one over how many have each.
 */
export function exactOf(symptom: string, changes: readonly Change[]): number[] {
  const lines = changes.map(({ diff }) => namesIn(changedLines(diff).join('\n')));
  const anywhere = changes.map(
    ({ subject, body, paths }, place) =>
      new Set([...(lines[place] ?? []), ...namesIn([subject, body, ...paths].join('\n'))]),
  );
  const traces = [...namesIn(symptom)]
    .filter((name) => name.length >= LEAST_LETTERS && termsOf(name).length > 0)
    .map((name) => ({ name, having: anywhere.filter((names) => names.has(name)).length }))
    .filter(({ having }) => having > 0 && having <= MOST_CHANGES);
  return lines.map((own) =>
    Math.sqrt(traces.filter(({ name }) => own.has(name)).reduce((sum, { having }) => sum + 1 / having, 0)),
  );
}

/** The names of a text in lower case, without the sign that some languages put before a variable. */
function namesIn(text: string): Set<string> {
  const found = text.slice(0, MOST_CHARACTERS).toLowerCase().match(NAME) ?? [];
  return new Set(found.map((name) => name.replace(/^\$/, '')));
}
