import { expect, it } from 'vitest';
import { backtest } from '../../src/correlate/backtest.ts';
import { createCorrelator } from '../../src/correlate/correlator.ts';
import { replay } from '../../src/correlate/replay.ts';
import { bestBaseline } from '../support/streams/baselines.ts';
import { pastOf } from '../support/streams/past.ts';
import { scored } from '../support/streams/scored.ts';
import { KINDS, makeStream } from '../support/streams/stream.ts';

const settings = { catalogue: new Map(), windowS: 600 };

it('counts every alert once, by week and by rule', () => {
  const { lines } = makeStream(KINDS[0]!, 4);
  const result = backtest(pastOf(lines), settings);
  const sum = (of: 'alerts' | 'quiet', rows: { alerts: number; quiet: number }[]) =>
    rows.reduce((total, row) => total + row[of], 0);
  expect(result.alerts).toBe(lines.length);
  expect(sum('alerts', result.weeks)).toBe(lines.length);
  expect(sum('alerts', result.rules)).toBe(lines.length);
  expect(sum('quiet', result.weeks)).toBe(result.quiet);
  expect(sum('quiet', result.rules)).toBe(result.quiet);
  expect(result.weeks.reduce((total, { incidents }) => total + incidents, 0)).toBe(result.incidents);
  expect(result.quiet).toBeGreaterThan(lines.length / 4);
  expect(result.weeks[0]?.week).toBe('2026-03-02');
});

it('looks at no end and at no alert before its time', () => {
  const { lines } = makeStream(KINDS[0]!, 5);
  const half = Math.floor(lines.length / 2);
  const decisions = (count: number, endsAt: (index: number) => string) => {
    const made: string[] = [];
    const past = pastOf(lines.slice(0, count).map((line, index) => ({ ...line, endsAt: endsAt(index) })));
    replay(past, createCorrelator(settings), {
      decided: (decision, at) =>
        made.push(`${at.toISOString()} ${decision.alertId} ${decision.kind} ${decision.why}`),
    });
    return made;
  };
  const cut = lines[half]!.startsAt;
  const late = '2027-01-01T00:00:00.000Z';
  const whole = decisions(lines.length, (index) => lines[index]!.endsAt);
  const part = decisions(half, (index) => (lines[index]!.endsAt < cut ? lines[index]!.endsAt : late));
  const before = (made: string[]) => made.filter((line) => line < cut);
  expect(before(part).length).toBeGreaterThan(half / 2);
  expect(before(part)).toEqual(before(whole));
});

// The measure that everything was chosen by. It is held loosely, on streams that were not used for choosing.
it.each(KINDS.filter(({ name }) => name.startsWith('few')))(
  'groups the kind “$name” as well as the best simple grouping, with less than half its noise and no fault missed',
  (kind) => {
    const stream = makeStream(kind, 301);
    const simple = bestBaseline(stream).score;
    const { incidents } = replay(pastOf(stream.lines), createCorrelator(settings));
    const score = scored([...incidents.values()], stream.truth);
    expect(score.f1).toBeGreaterThan(simple.f1 - 0.03);
    expect(score.noiseOnly).toBeLessThan(simple.noiseOnly / 2);
    expect(score.unseen).toBeLessThanOrEqual(2);
    expect(score.perFault).toBeLessThan(1.7);
  },
);
