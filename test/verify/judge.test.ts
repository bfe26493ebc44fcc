import { describe, expect, it } from 'vitest';
import type { Predicate } from '../../src/incident/proposal.ts';
import { judge, type Measured } from '../../src/verify/judge.ts';

const predicate: Predicate = {
  alertsResolved: true,
  signals: [{ name: 'error ratio', query: 'errors', healthyBelow: 0.05 }],
  holdsS: 10,
  withinS: 60,
};
const measured = (over: Partial<Measured> = {}): Measured => ({
  alertsFiring: 0,
  signals: [0.01],
  secondsSinceEffect: 10,
  secondsHeld: 10,
  ...over,
});

describe('judge', () => {
  it('calls it a success only when the alerts and every signal say so', () => {
    expect(judge(predicate, measured()).outcome).toBe('succeeded');
    expect(judge(predicate, measured({ alertsFiring: 1 })).outcome).toBe('waiting');
    expect(judge(predicate, measured({ signals: [0.05] })).outcome).toBe('waiting');
  });

  it('calls it failed when the window ends and something is measurably wrong', () => {
    expect(judge(predicate, measured({ alertsFiring: 1, secondsSinceEffect: 60 }))).toMatchObject({
      outcome: 'failed',
      why: expect.stringContaining('1 alert still fires'),
    });
    expect(judge(predicate, measured({ signals: [0.2], secondsSinceEffect: 61 })).outcome).toBe('failed');
  });

  it.each([[null], [undefined], [Number.NaN], [Infinity]])(
    'never takes the unreadable value %s for health',
    (value) => {
      const signals = [value as number | null];
      expect(judge(predicate, measured({ signals })).outcome).toBe('waiting');
      expect(judge(predicate, measured({ signals, secondsSinceEffect: 60 })).outcome).toBe('inconclusive');
    },
  );

  it('waits until it has held for long enough, even past the window', () => {
    expect(judge(predicate, measured({ secondsHeld: 9 })).outcome).toBe('holding');
    expect(judge(predicate, measured({ secondsHeld: null })).outcome).toBe('holding');
    expect(judge(predicate, measured({ secondsHeld: 9, secondsSinceEffect: 61 })).outcome).toBe('holding');
  });

  it('never takes a rollout that is not complete, or not ours any more, for success', () => {
    const rollout = { ...predicate, settled: true };
    expect(judge(rollout, measured({ settled: true })).outcome).toBe('succeeded');
    expect(judge(rollout, measured({ settled: false })).outcome).toBe('waiting');
    expect(judge(rollout, measured({ settled: false, secondsSinceEffect: 60 })).outcome).toBe('failed');
    expect(judge(rollout, measured({ settled: null, secondsSinceEffect: 60 })).outcome).toBe('inconclusive');
    expect(judge(rollout, measured({ secondsSinceEffect: 60 })).outcome).toBe('inconclusive');
  });

  it('does not hold for ever where nobody could watch it without a gap', () => {
    expect(judge(predicate, measured({ secondsHeld: 0, secondsSinceEffect: 81 })).outcome).toBe(
      'inconclusive',
    );
  });

  it('does not wait for alerts where the predicate does not name them', () => {
    const undo = { ...predicate, alertsResolved: false, signals: [] };
    expect(judge(undo, measured({ alertsFiring: 3, signals: [] })).outcome).toBe('succeeded');
  });
});
