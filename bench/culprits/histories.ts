import type { Change } from '../../src/enrich/culprit/change.ts';
import type { Case } from './cases.ts';

/** Candidate lists that share a commit, joined to one history; ages count from the first list's end. */
export function historiesOf(cases: readonly Case[]): { repo: string; newestFirst: Change[] }[] {
  const left = new Set(cases);
  const histories: { repo: string; newestFirst: Change[] }[] = [];
  for (const start of left) {
    left.delete(start);
    const joined = new Map(start.changes.map((change) => [change.id, change]));
    for (let grown = true; grown;) {
      grown = false;
      for (const next of left) {
        const shared = next.changes.find(({ id }) => joined.has(id));
        if (!shared) continue;
        const shift = (joined.get(shared.id)?.ageS ?? 0) - shared.ageS;
        for (const change of next.changes) {
          if (!joined.has(change.id)) joined.set(change.id, { ...change, ageS: change.ageS + shift });
        }
        left.delete(next);
        grown = true;
      }
    }
    histories.push({ repo: start.repo, newestFirst: [...joined.values()].sort((a, b) => a.ageS - b.ageS) });
  }
  return histories;
}
