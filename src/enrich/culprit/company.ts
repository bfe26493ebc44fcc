import type { Change } from './change.ts';
import type { Match } from './matching.ts';
import { termsOf } from './terms.ts';

/** So many changes that share most with the symptom say in which other words it may be spoken of. */
const NEAREST = 5;
/** What BM25 of the subject counts beside that of all fields when the nearest are chosen. */
const SUBJECT = 0.3;
const MOST_CHARACTERS = 5000;

/**
 * How much of what the nearest changes are about, in words that the symptom does not have, a change is about too:
 * the share of their weight. Pseudo-relevance feedback (Lavrenko & Croft 2001) within the case, each change judged
 * by the others alone.
 */
export function companyOf(symptom: string, changes: readonly Change[], matches: readonly Match[]): number[] {
  const heads = changes.map(
    ({ subject, paths }) => new Set(termsOf(`${subject}\n${paths.join('\n')}`.slice(0, MOST_CHARACTERS))),
  );
  const asked = new Set(termsOf(symptom));
  const nearest = matches
    .map(({ text, subject }, place) => ({ place, worth: text + SUBJECT * subject }))
    .filter(({ worth }) => worth > 0)
    .toSorted((a, b) => b.worth - a.worth)
    .slice(0, NEAREST);
  const having = new Map<string, number>();
  for (const head of heads) for (const term of head) having.set(term, (having.get(term) ?? 0) + 1);
  const rare = (term: string) => {
    const count = having.get(term) ?? 0;
    return Math.log(1 + (changes.length - count + 0.5) / (count + 0.5));
  };
  return heads.map((own, place) => {
    let [shared, all] = [0, 0];
    for (const near of nearest) {
      if (near.place === place) continue;
      for (const term of heads[near.place] ?? []) {
        if (asked.has(term)) continue;
        const weight = near.worth * rare(term);
        all += weight;
        if (own.has(term)) shared += weight;
      }
    }
    return all > 0 ? shared / all : 0;
  });
}
