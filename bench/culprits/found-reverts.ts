import type { Case } from './cases.ts';
import { historiesOf } from './histories.ts';

const WINDOW = 50;
const LEAST = 30;

/**
 * More cases from the same histories: among the candidates are reverts that give a reason and whose reverted
 * commit is there too.
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
