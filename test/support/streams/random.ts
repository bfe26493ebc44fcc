/** Chance that comes out the same for the same seed. */
export type Random = {
  /** Uniform from 0 up to, but not including, `below`. */
  upTo(below: number): number;
  int(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  some<T>(items: readonly T[], count: number): T[];
  /** Waiting time of a Poisson process. */
  wait(mean: number): number;
  /** Log-normal with this median; `spread` 0.5 is narrow, 1.5 is wide. */
  around(median: number, spread: number): number;
};

/** Mulberry32 by Tommy Ettinger, in the public domain: 32 bits of state are enough for a stream of alerts. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const upTo = (below: number) => next() * below;
  const int = (from: number, to: number) => from + Math.floor(upTo(to - from + 1));
  const pick = <T>(items: readonly T[]): T => {
    const item = items[int(0, items.length - 1)];
    if (item === undefined) throw new Error('there is nothing to pick from');
    return item;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    upTo,
    int,
    pick,
    chance: (probability) => next() < probability,
    some(items, count) {
      const left = [...items];
      const taken = [];
      while (taken.length < count && left.length > 0) taken.push(...left.splice(int(0, left.length - 1), 1));
      return taken;
    },
    wait: (mean) => -Math.log(1 - next()) * mean,
    around: (median, spread) => median * Math.exp(spread * normal()),
  };
}
