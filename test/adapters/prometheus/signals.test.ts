import { expect, it } from 'vitest';
import { signalReader } from '../../../src/adapters/prometheus/signals.ts';

const over = (...values: number[]) =>
  signalReader({
    instant: async () => values.map((value) => ({ labels: {}, value, at: new Date(0) })),
    range: async () =>
      values.map((value, place) => ({ labels: {}, points: [{ at: new Date(place % 2), value }] })),
  });

it.each([
  ['the only series', [0.02], 0.02],
  ['the worst of several', [0.01, 0.9, 0.02], 0.9],
  ['no number where one series has none', [0.01, Number.NaN], Number.NaN],
  ['nothing where there is no series', [], null],
])('reads %s', async (_, values, read) => {
  expect(await over(...values).value('q')).toBe(read);
});

it('reads the history of the worst part at each moment, in order', async () => {
  const points = await over(0.02, 0.5, 0.3, 0.1).series('q', new Date(0), new Date(1), 15);
  expect(points.map(({ at, value }) => [at.getTime(), value])).toEqual([
    [0, 0.3],
    [1, 0.5],
  ]);
});
