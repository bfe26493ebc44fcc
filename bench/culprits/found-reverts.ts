import type { Change } from '../../src/enrich/culprit/change.ts';
import type { Case } from './cases.ts';

const WINDOW = 50;
const LEAST = 30;

/**
 * More cases from the same histories: among the candidates are reverts that give a reason and whose reverted
 * commit is there too. Candidate lists that overlap are joined to one history first.
 */
export function foundReverts(cases: readonly Case[]): Case[] {
  const known = new Set(cases.map(({ culprit }) => culprit));
  return historiesOf(cases).flatMap(({ repo, newestFirst }) =>
    newestFirst.flatMap((revert, index): Case[] => {
      const subject = /^Revert(?:\^1)? "(.*?)"?$/.exec(revert.subject)?.[1];
      const query = reasonOf(revert.body);
      const changes = newestFirst.slice(index + 1, index + 1 + WINDOW);
      const culprit = changes.find((change) => change.subject === subject)?.id;
      if (
        culprit === undefined ||
        known.has(culprit) ||
        changes.length < LEAST ||
        query.split(/\s+/).length < 4
      )
        return [];
      known.add(culprit);
      const rebased = changes.map((change) => ({ ...change, ageS: change.ageS - revert.ageS }));
      return [{ id: revert.id, repo, query, changes: rebased, culprit }];
    }),
  );
}

function reasonOf(body: string): string {
  return body
    .replaceAll(/This reverts commit[^.]*\.?/gi, '')
    .replaceAll(/Reason for revert:/gi, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Joins lists that share a commit; ages count from the first list's end. */
function historiesOf(cases: readonly Case[]): { repo: string; newestFirst: Change[] }[] {
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
