/** Numbers that look random and are the same for the same seed. */
export type Random = {
  /** A whole number from 0 up to but not including `limit`. */
  below(limit: number): number;
  /** At most `count` of them, chosen at random, in their order. */
  sample<T>(values: readonly T[], count: number): T[];
};

/** mulberry32, a generator of 32 bits of state that is good enough to choose moments by. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
  return {
    below,
    sample(values, count) {
      const rest = values.map((value, index) => ({ value, index }));
      while (rest.length > count) rest.splice(below(rest.length), 1);
      return rest.map(({ value }) => value);
    },
  };
}
