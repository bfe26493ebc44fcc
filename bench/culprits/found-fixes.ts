import type { Change } from '../../src/enrich/culprit/change.ts';
import { changedLines } from '../../src/enrich/culprit/diff.ts';
import { isRevert } from '../../src/enrich/culprit/kinds.ts';
import type { Case } from './cases.ts';
import { historiesOf } from './histories.ts';

const WINDOW = 50;
const LEAST = 30;
const FIX =
  /^\W*(?:\w+(?:\([^)]*\))?:\s*)?(fix(es|ed|up)?|repair|restore|correct|hotfix|unbreak|follow.?up|work ?around|bugfix|resolve)\b/i;
/** A shorter line is a bracket, which a fix removes without meaning it. */
const LEAST_LINE = 12;
/** A file that more changes of the window touch points at none of them. */
const RARE_FILE = 4;
const MOST_CHARACTERS = 400;

/**
 * Uncertain cases from the same histories: a commit that says it fixes something, and the newest earlier one that
 * added a line which the fix removes, or that touches a file which hardly another one does.
 */
export function foundFixes(cases: readonly Case[]): Case[] {
  return historiesOf(cases).flatMap(({ repo, newestFirst }) =>
    newestFirst.flatMap((fix, index): Case[] => {
      const changes = newestFirst.slice(index + 1, index + 1 + WINDOW);
      if (isRevert(fix) || !FIX.test(fix.subject) || changes.length < LEAST) return [];
      const culprit = mended(fix, changes);
      if (!culprit) return [];
      const query = `${fix.subject.replace(FIX, '')}. ${fix.body}`.slice(0, MOST_CHARACTERS);
      const rebased = changes.map((change) => ({ ...change, ageS: change.ageS - fix.ageS }));
      return [{ id: fix.id, repo, query, changes: rebased, culprit: culprit.id }];
    }),
  );
}

function mended(fix: Change, changes: readonly Change[]): Change | undefined {
  const removed = linesOf(fix, '-');
  const byLines = changes.find((change) => linesOf(change, '+').some((line) => removed.includes(line)));
  if (byLines) return byLines;
  const rare = fix.paths.filter(
    (path) => changes.filter(({ paths }) => paths.includes(path)).length <= RARE_FILE,
  );
  return changes.find(({ paths }) => paths.some((path) => rare.includes(path)));
}

function linesOf({ diff }: Change, sign: '+' | '-'): string[] {
  return changedLines(diff, 2000)
    .filter((line) => line.startsWith(sign))
    .map((line) => line.slice(1).trim())
    .filter((line) => line.length > LEAST_LINE);
}
