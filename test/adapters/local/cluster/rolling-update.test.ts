import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextRollingStep } from '../../../../src/adapters/local/cluster/rolling-update.ts';

const quarter = { maxSurge: '25%', maxUnavailable: '25%' };

test.each([
  ['one replica: first one more', { desired: 1, ...quarter, current: [0, 0], old: [1, 1] }, [['new', 1]]],
  ['one replica: wait for the new pod', { desired: 1, ...quarter, current: [1, 0], old: [1, 1] }, []],
  [
    'one replica: then the old one goes',
    { desired: 1, ...quarter, current: [1, 1], old: [1, 1] },
    [['old', 0]],
  ],
  [
    'four replicas: one more at a time',
    { desired: 4, ...quarter, current: [0, 0], old: [4, 4] },
    [['new', 1]],
  ],
  [
    'four replicas: one may be missing',
    { desired: 4, ...quarter, current: [1, 0], old: [4, 4] },
    [['old', 3]],
  ],
  ['a broken old pod goes first', { desired: 1, ...quarter, current: [1, 1], old: [1, 0] }, [['old', 0]]],
  ['scaled down', { desired: 1, ...quarter, current: [3, 3], old: [0, 0] }, [['new', 1]]],
])('%s', (_name, { current, old, ...rest }, expected) => {
  const [wanted = 0, available = 0] = current;
  const [oldWanted = 0, oldAvailable = 0] = old;
  const step = nextRollingStep({
    ...rest,
    current: { name: 'new', wanted, available },
    old: [{ name: 'old', wanted: oldWanted, available: oldAvailable }],
  });
  expect(step.map(({ name, wanted: size }) => [name, size])).toEqual(expected);
});

test('any rollout ends with the new set alone, never over the surge nor under the availability', () => {
  const limits = fc.record({
    desired: fc.integer({ min: 1, max: 12 }),
    surge: fc.integer({ min: 0, max: 5 }),
    missing: fc.integer({ min: 0, max: 5 }),
  });
  fc.assert(
    fc.property(limits, ({ desired, surge, missing }) => {
      fc.pre(surge + missing > 0);
      const current = { name: 'new', wanted: 0, available: 0 };
      const old = { name: 'old', wanted: desired, available: desired };
      for (let step = 0; step < 100; step += 1) {
        const resize = nextRollingStep({
          desired,
          maxSurge: surge,
          maxUnavailable: missing,
          current,
          old: [old],
        });
        for (const { name, wanted } of resize) (name === 'new' ? current : old).wanted = wanted;
        old.available = Math.min(old.available, old.wanted);
        expect(current.wanted + old.wanted).toBeLessThanOrEqual(desired + surge);
        expect(current.available + old.available).toBeGreaterThanOrEqual(Math.max(0, desired - missing));
        if (resize.length > 0) continue;
        if (current.available === current.wanted) break;
        current.available += 1;
      }
      expect(current).toEqual({ name: 'new', wanted: desired, available: desired });
      expect(old.wanted).toBe(0);
    }),
  );
});
