import { expect, it } from 'vitest';
import { signalReader } from '../../../src/adapters/prometheus/signals.ts';

const over = (...values: number[]) =>
  signalReader({ instant: async () => values.map((value) => ({ labels: {}, value, at: new Date(0) })) });

it.each([
  ['the only series', [0.02], 0.02],
  ['the worst of several', [0.01, 0.9, 0.02], 0.9],
  ['no number where one series has none', [0.01, Number.NaN], Number.NaN],
  ['nothing where there is no series', [], null],
])('reads %s', async (_, values, read) => {
  expect(await over(...values).value('q')).toBe(read);
});
