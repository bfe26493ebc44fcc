import { diffLines, splitLines, type Hunk } from './line-diff.ts';

/**
 * Applies to `ours` what changes `base` into `theirs`. Undefined if a change touches one that `ours` has
 * made itself: changes that overlap, or that meet at the same line, are for a person to join.
 */
export function mergeThreeWay(base: string, ours: string, theirs: string): string | undefined {
  const lines = splitLines(base);
  const own = diffLines(lines, splitLines(ours));
  const other = diffLines(lines, splitLines(theirs));
  const added = other.filter((hunk) => !own.some((known) => isSame(known, hunk)));
  if (added.some((hunk) => own.some((known) => touches(known, hunk)))) return undefined;
  return apply(lines, [...own, ...added]);
}

function touches(a: Hunk, b: Hunk): boolean {
  return a.start <= b.end && b.start <= a.end;
}

function isSame(a: Hunk, b: Hunk): boolean {
  return a.start === b.start && a.end === b.end && a.lines.join('') === b.lines.join('');
}

function apply(lines: string[], hunks: Hunk[]): string {
  const result: string[] = [];
  let position = 0;
  for (const hunk of hunks.sort((a, b) => a.start - b.start)) {
    result.push(...lines.slice(position, hunk.start), ...hunk.lines);
    position = hunk.end;
  }
  return [...result, ...lines.slice(position)].join('');
}
