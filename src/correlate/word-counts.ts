import { DAY, HORIZON_DAYS, RELATED_LIMIT, WORDS_KEPT } from './weights.ts';

/** How many alerts of each day had something. */
type Counts = Map<number, number>;

/** How common each word is among the alerts of the horizon: two alerts that share a rare one have to do with each other. */
export function createWordCounts() {
  const words = new Map<string, Counts>();
  const alerts: Counts = new Map();
  return {
    observe(all: readonly string[], at: number): void {
      const day = Math.floor(at / DAY);
      count(alerts, day);
      for (const word of all) {
        const counts = words.get(word) ?? new Map<number, number>();
        // Those that have not come for longest are forgotten first, so a word moves to the end once a day.
        if (!counts.has(day)) {
          words.delete(word);
          words.set(word, counts);
        }
        count(counts, day);
      }
      while (words.size > WORDS_KEPT) {
        const [oldest] = words.keys();
        if (oldest === undefined) break;
        words.delete(oldest);
      }
    },
    /** Bits for sharing this word: how unlikely that is by chance, within the limit. */
    bits(word: string, now: number): number {
      const rarity = Math.log2((sum(alerts, now) + 8) / (sum(words.get(word), now) + 1));
      return Math.max(0, Math.min(RELATED_LIMIT, rarity));
    },
  };
}

export type WordCounts = ReturnType<typeof createWordCounts>;

function count(counts: Counts, day: number): void {
  counts.set(day, (counts.get(day) ?? 0) + 1);
  for (const old of counts.keys()) if (old < day - HORIZON_DAYS) counts.delete(old);
}

function sum(counts: Counts | undefined, now: number): number {
  const first = Math.floor(now / DAY) - HORIZON_DAYS;
  let total = 0;
  for (const [day, found] of counts ?? []) if (day >= first) total += found;
  return total;
}
