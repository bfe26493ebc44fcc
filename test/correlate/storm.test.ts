import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  judgeStorm,
  receivedRecently,
  sampled,
  type Load,
  type Minutes,
  type Ongoing,
  type Sample,
} from '../../src/correlate/storm.ts';

const START = new Date('2026-03-02T12:00:30Z');
const after = (seconds: number): Date => new Date(START.getTime() + seconds * 1000);
const load = (changes: Partial<Load> = {}): Load => ({
  at: START,
  recent: 0,
  opened: 0,
  usual: 40,
  ...changes,
});

describe('a storm', () => {
  it.each([
    ['many incidents within a minute', { opened: 30 }, 'begins'],
    ['a few incidents', { opened: 29 }, 'calm'],
    ['ten times the usual rate', { recent: 150 }, 'begins'],
    ['a lot, where a lot is usual', { recent: 150, usual: 400 }, 'calm'],
    ['ten times a high rate', { recent: 1_000, usual: 400 }, 'begins'],
    ['little, where nothing is usual', { recent: 149, usual: 0 }, 'calm'],
    ['one large delivery to a system that is new here', { recent: 300, usual: null }, 'calm'],
    ['a flood to a system that is new here', { recent: 800, usual: null }, 'begins'],
  ] as const)('begins, or not, with %s', (_, changes, kind) => {
    expect(judgeStorm(load(changes), null).kind).toBe(kind);
  });

  it('says in words what made it one', () => {
    expect(judgeStorm(load({ recent: 1_520 }), null)).toEqual({
      kind: 'begins',
      why: '1520 alert messages came in within 15 s, where 40 a minute are usual',
    });
    expect(judgeStorm(load({ opened: 31 }), null)).toMatchObject({
      why: '31 incidents opened within a minute',
    });
  });

  it('ends after two calm minutes, and not between two waves', () => {
    let storm: Ongoing = { usual: 40, since: after(-60), calmSince: null };
    const step = (seconds: number, changes: Partial<Load>): string => {
      const verdict = judgeStorm(load({ at: after(seconds), ...changes }), storm);
      if (verdict.kind === 'goes-on') storm = { ...storm, calmSince: verdict.calmSince };
      return verdict.kind;
    };
    expect(step(0, { recent: 100 })).toBe('goes-on');
    expect(step(10, { recent: 20 })).toBe('goes-on');
    expect(step(100, { recent: 20 })).toBe('goes-on');
    expect(step(110, { recent: 100 })).toBe('goes-on');
    expect(step(120, { recent: 0 })).toBe('goes-on');
    expect(step(239, { recent: 0 })).toBe('goes-on');
    expect(step(240, { recent: 0 })).toBe('ends');
  });

  it('ends when it has gone on for so long that this is how things are', () => {
    const storm: Ongoing = { usual: null, since: after(0), calmSince: null };
    expect(judgeStorm(load({ at: after(6 * 3600 - 1), recent: 5000 }), storm).kind).toBe('goes-on');
    expect(judgeStorm(load({ at: after(6 * 3600), recent: 5000 }), storm).kind).toBe('ends');
  });

  it('never ends by a load that would begin it', () => {
    fc.assert(
      fc.property(
        fc.record({ recent: fc.nat(20_000), opened: fc.nat(200), usual: fc.option(fc.nat(2_000)) }),
        fc.nat(10_000),
        (changes, calmFor) => {
          const now = load(changes);
          if (judgeStorm(now, null).kind !== 'begins') return;
          const storm = { usual: changes.usual, since: after(-60), calmSince: after(-calmFor) };
          expect(judgeStorm(now, storm)).toEqual({ kind: 'goes-on', calmSince: null });
        },
      ),
    );
  });
});

describe('what was received lately', () => {
  /** Watches a flow of `perSecond` alerts, looking every `everyS` seconds; resolves to what was seen at its end. */
  function watch(perSecond: number, seconds: number, everyS: number): number {
    const arrived = new Map<number, number>();
    let samples: Sample[] = [];
    let seen = 0;
    for (let second = 0; second <= seconds; second++) {
      const now = after(second);
      const minute = Math.floor(now.getTime() / 60_000) * 60_000;
      arrived.set(minute, (arrived.get(minute) ?? 0) + (second === 0 ? 0 : perSecond));
      if (second % everyS !== 0) continue;
      const minutes: Minutes = [...arrived]
        .filter(([at]) => at > now.getTime() - 180_000)
        .map(([at, received]) => ({ minute: new Date(at), received }));
      samples = sampled(samples, minutes, now);
      expect(samples.length).toBeLessThanOrEqual(17);
      seen = receivedRecently(samples, minutes, now);
    }
    return seen;
  }

  it('is counted over fifteen seconds, also across the end of a minute', () => {
    for (const seconds of [20, 35, 40, 90, 125]) expect(watch(100, seconds, 1)).toBe(1_500);
    expect(watch(100, 120, 5)).toBe(1_500);
  });

  it('shows a flood of ten thousand a minute within ten seconds', () => {
    expect(watch(167, 9, 1)).toBeGreaterThan(750);
  });

  it('is nothing before a second look, and never below nothing', () => {
    expect(receivedRecently([], [{ minute: START, received: 10 }], START)).toBe(0);
    const minute = new Date('2026-03-02T12:00:00Z');
    expect(
      receivedRecently([{ at: START, minute, received: 50 }], [{ minute, received: 10 }], after(1)),
    ).toBe(0);
  });

  it('takes one sample a second, however often it is asked', () => {
    const minutes = [{ minute: new Date('2026-03-02T12:00:00Z'), received: 3 }];
    const samples = sampled([], minutes, START);
    expect(sampled(samples, minutes, after(0.5))).toBe(samples);
    expect(sampled(samples, minutes, after(1))).toHaveLength(2);
  });
});
