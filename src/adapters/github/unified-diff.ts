import { diffLines, splitLines, type Hunk } from './line-diff.ts';

const CONTEXT = 3;

/** The change of a file as a patch that `git apply` takes; undefined stands for a file that is not there. */
export function unifiedDiff(path: string, before: string | undefined, after: string | undefined): string {
  const old = splitLines(before ?? '');
  const hunks = diffLines(old, splitLines(after ?? ''));
  const header = [
    `diff --git a/${path} b/${path}`,
    ...(before === undefined ? ['new file mode 100644'] : []),
    ...(after === undefined ? ['deleted file mode 100644'] : []),
    before === undefined ? '--- /dev/null' : `--- a/${path}`,
    after === undefined ? '+++ /dev/null' : `+++ b/${path}`,
  ];
  let shift = 0;
  const sections = groups(hunks).map((group) => {
    const text = section(old, group, shift);
    shift += group.reduce((sum, { start, end, lines }) => sum + lines.length - (end - start), 0);
    return text;
  });
  return `${header.join('\n')}\n${sections.join('')}`;
}

/** Hunks whose contexts meet are shown as one. */
function groups(hunks: Hunk[]): Hunk[][] {
  const result: Hunk[][] = [];
  for (const hunk of hunks) {
    const last = result.at(-1);
    const end = last?.at(-1)?.end;
    if (last && end !== undefined && hunk.start - end <= 2 * CONTEXT) last.push(hunk);
    else result.push([hunk]);
  }
  return result;
}

function section(old: string[], group: Hunk[], shift: number): string {
  const from = Math.max(0, (group[0]?.start ?? 0) - CONTEXT);
  const to = Math.min(old.length, (group.at(-1)?.end ?? 0) + CONTEXT);
  const lines: string[] = [];
  let position = from;
  for (const hunk of group) {
    lines.push(...old.slice(position, hunk.start).map((line) => ` ${line}`));
    lines.push(...old.slice(hunk.start, hunk.end).map((line) => `-${line}`));
    lines.push(...hunk.lines.map((line) => `+${line}`));
    position = hunk.end;
  }
  lines.push(...old.slice(position, to).map((line) => ` ${line}`));
  const oldCount = to - from;
  const newCount = lines.filter((line) => !line.startsWith('-')).length;
  const header = `@@ -${range(from, oldCount)} +${range(from + shift, newCount)} @@\n`;
  return (
    header +
    lines.map((line) => (line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`)).join('')
  );
}

/** Positions count from 1, and an empty range names the line before it. */
function range(start: number, count: number): string {
  return count === 0 ? `${start},0` : `${start + 1},${count}`;
}
