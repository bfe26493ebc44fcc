import { nameOf, serviceOf } from '../../../src/incident/labels.ts';
import { scored, type Score } from './scored.ts';
import type { Stream } from './stream.ts';
import type { Line } from './written.ts';

const BY: Record<string, (line: Line) => string> = {
  'all in one': () => '',
  'by service': (line) => serviceOf(line.labels) ?? '',
  'by rule': (line) => nameOf(line.labels, line.annotations),
};
const GAPS_MIN = [1, 2, 5, 10, 30];

/** The simple grouping with the best F1: everything with the same key until a gap of some minutes, nothing kept quiet. */
export function bestBaseline(stream: Stream): { name: string; score: Score } {
  const all = Object.entries(BY).flatMap(([by, keyOf]) =>
    GAPS_MIN.map((gap) => ({
      name: `${by}, ${gap} min`,
      score: scored(grouped(stream.lines, keyOf, gap), stream.truth),
    })),
  );
  return all.reduce((best, one) => (one.score.f1 > best.score.f1 ? one : best));
}

function grouped(lines: readonly Line[], keyOf: (line: Line) => string, gapMin: number): number[][] {
  const groups: number[][] = [];
  const last = new Map<string, { at: number; group: number[] }>();
  lines.forEach((line, index) => {
    const key = keyOf(line);
    const at = Date.parse(line.startsAt);
    const before = last.get(key);
    const group = before && at - before.at <= gapMin * 60_000 ? before.group : [];
    if (group.length === 0) groups.push(group);
    group.push(index);
    last.set(key, { at, group });
  });
  return groups;
}
