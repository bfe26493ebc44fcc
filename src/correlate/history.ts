import type { Features } from './features.ts';

/** One firing of a rule, as far as it is known. */
export type Firing = { key: string; at: number; endedAt: number | null };

export type RuleHistory = { firings: Firing[] };

const DAY = 86_400_000;
export const HORIZON_DAYS = 14;
const FIRINGS = 256;

export function createHistory() {
  const rules = new Map<string, RuleHistory>();
  const open = new Map<number, Firing>();
  // token -> day -> count
  const tokens = new Map<string, Map<number, number>>();
  const days = new Map<number, number>();
  const firstDay = (now: number) => Math.floor(now / DAY) - HORIZON_DAYS;
  const firingsOf = (rule: string, now: number): Firing[] => {
    const history = rules.get(rule);
    if (!history) return [];
    const from = firstDay(now) * DAY;
    while (history.firings[0] && history.firings[0].at < from) history.firings.shift();
    return history.firings;
  };
  const sum = (counts: Map<number, number> | undefined, now: number): number => {
    let total = 0;
    const first = firstDay(now);
    for (const [day, count] of counts ?? []) if (day >= first) total += count;
    return total;
  };
  return {
    firingsOf,
    observe(id: number, features: Features, at: number): void {
      let history = rules.get(features.rule);
      if (!history) rules.set(features.rule, (history = { firings: [] }));
      const firing = { key: features.key, at, endedAt: null };
      history.firings.push(firing);
      if (history.firings.length > FIRINGS) history.firings.shift();
      open.set(id, firing);
      const day = Math.floor(at / DAY);
      days.set(day, (days.get(day) ?? 0) + 1);
      for (const token of features.tokens) {
        let counts = tokens.get(token);
        if (!counts) tokens.set(token, (counts = new Map()));
        counts.set(day, (counts.get(day) ?? 0) + 1);
      }
    },
    ended(id: number, at: number): void {
      const firing = open.get(id);
      if (firing) firing.endedAt = at;
      open.delete(id);
    },
    total: (now: number) => sum(days, now),
    tokenCount: (token: string, now: number) => sum(tokens.get(token), now),
  };
}
export type History = ReturnType<typeof createHistory>;
