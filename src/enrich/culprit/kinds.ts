import type { Change } from './change.ts';

const DOCS = /(^|\/)docs?\/|\.(md|mdx|adoc|rst|txt)$|(^|\/)(LICENSE|CHANGELOG|CODEOWNERS|OWNERS)[^/]*$/i;
const TESTS = /(^|\/)(tests?|__tests__|spec|testdata|fixtures)\/|[._-](test|spec)\.\w+$|Test\.\w+$/;

/** Whether every file that a change touches is documentation or a test; such a change hardly breaks anything. */
export function isHarmless(paths: readonly string[]): boolean {
  return paths.length > 0 && paths.every((path) => DOCS.test(path) || TESTS.test(path));
}

export function isRevert(change: Pick<Change, 'subject'>): boolean {
  return /^\W*(revert|back ?out|roll ?back)\b/i.test(change.subject);
}

/** Subjects of changes that hold no decision of their own. */
export function isHousekeeping(change: Pick<Change, 'subject'>): boolean {
  return /\b(typos?|whitespace|comments?|lint|reformat|formatting|indent\w*|documentation|readme|changelog|code ?style)\b/i.test(
    change.subject,
  );
}

/**
 * Ids of changes that a later one of the same case took back, and that nothing brought again since: they
 * cannot be what is wrong now.
 */
export function takenBack(newestFirst: readonly Change[]): Set<string> {
  const gone = new Set<string>();
  const oldestFirst = newestFirst.toReversed();
  oldestFirst.forEach((revert, index) => {
    if (!isRevert(revert)) return;
    const named = revertedSubject(revert.subject);
    const shas = `${revert.subject}\n${revert.body}`.match(/\b[0-9a-f]{7,40}\b/g) ?? [];
    const target = oldestFirst
      .slice(0, index)
      .findLast(
        (change) =>
          shas.some((sha) => change.id.startsWith(sha)) ||
          (named.length > 8 && change.subject.startsWith(named)),
      );
    if (target) gone.add(target.id);
  });
  return gone;
}

/** What stands behind `Revert`, without quotes and without the dots of a title that was cut. */
function revertedSubject(subject: string): string {
  return subject
    .replace(/^\W*(?:revert|back ?out|roll ?back)(?:\^\d+)?:?\s*/i, '')
    .replace(/^["“'`]|["”'`]?\.?$|(?:…|\.\.\.)["”]?$/g, '')
    .trim();
}
