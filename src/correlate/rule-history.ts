import type { Features } from './features.ts';
import {
  ATTENTION,
  BAR,
  BAR_LIMIT,
  DAY,
  FIRINGS_KEPT,
  HORIZON_DAYS,
  MINUTE,
  RULES_KEPT,
  WATCHED_BEFORE,
} from './weights.ts';

/** One firing of a rule, as far as it is known. */
export type Firing = { id: number; key: string; at: number; endedAt: number | null };

/** What one rule has done within the horizon; oldest first. */
export type Rule = {
  firings: Firing[];
  /** Firings of each key among them. */
  keys: Map<string, number>;
  /** The words of the latest alerts about different things: what all of them have is the rule's own wording. */
  wordings: { key: string; words: readonly string[] }[];
};

const WORDINGS = 4;
// Rules are often alike; the bar stands clearly above those that reach the limit together.
const CLEARLY = 0.2;
const SLOT = 10 * MINUTE;

/** The moment from which on alerts count at `now`. Whole days, so that it moves once a day. */
export function historyNeededFrom(now: Date): Date {
  return new Date((Math.floor(now.getTime() / DAY) - HORIZON_DAYS) * DAY);
}

export function createRuleHistory() {
  const rules = new Map<string, Rule>();
  const open = new Map<number, Firing>();
  let bar = { slot: Number.NaN, value: BAR };

  const drop = (rule: Rule) => {
    const [gone] = rule.firings.splice(0, 1);
    if (!gone) return;
    open.delete(gone.id);
    const left = (rule.keys.get(gone.key) ?? 1) - 1;
    if (left > 0) rule.keys.set(gone.key, left);
    else rule.keys.delete(gone.key);
  };
  const current = (name: string, now: number): Rule | null => {
    const rule = rules.get(name);
    if (!rule) return null;
    const from = historyNeededFrom(new Date(now)).getTime();
    while (rule.firings[0] && rule.firings[0].at < from) drop(rule);
    if (rule.firings.length > 0) return rule;
    rules.delete(name);
    return null;
  };

  return {
    /** Null where it has not fired within the horizon. */
    rule: current,
    observe(id: number, features: Features, at: number): void {
      const rule: Rule = current(features.rule, at) ?? { firings: [], keys: new Map(), wordings: [] };
      // The end of the map holds what came last.
      rules.delete(features.rule);
      rules.set(features.rule, rule);
      const firing = { id, key: features.key, at, endedAt: null };
      rule.firings.push(firing);
      rule.keys.set(features.key, (rule.keys.get(features.key) ?? 0) + 1);
      open.set(id, firing);
      if (rule.firings.length > FIRINGS_KEPT) drop(rule);
      if (!rule.wordings.some((one) => one.key === features.key)) {
        rule.wordings = [...rule.wordings, { key: features.key, words: features.words }].slice(-WORDINGS);
      }
      if (rules.size > RULES_KEPT) {
        for (const [name, oldest] of rules) {
          for (const { id } of oldest.firings) open.delete(id);
          rules.delete(name);
          break;
        }
      }
    },
    ended(id: number, at: number): void {
      const firing = open.get(id);
      if (firing) firing.endedAt = Math.max(at, firing.at);
      open.delete(id);
    },
    /**
     * Evidence from which on an incident opens. Where many rules fire now and then, most days would bring
     * incidents of one routine alert each; so it rises until the rules that may open one alone fire no more
     * than `ATTENTION` times the root of all alerts a day, together. It moves every ten minutes.
     */
    bar(now: number): number {
      const slot = Math.floor(now / SLOT);
      if (slot !== bar.slot) bar = { slot, value: barOf(rules.values(), slot * SLOT) };
      return bar.value;
    },
  };
}

export type RuleHistory = ReturnType<typeof createRuleHistory>;

/** How often a rule fires, in firings a minute, from `count` of them since `first`. */
export function rateOf(count: number, first: number, now: number): number {
  return count / (Math.max(0, now - first) / MINUTE + WATCHED_BEFORE);
}

function barOf(rules: Iterable<Rule>, before: number): number {
  const rates = [...rules]
    .map(({ firings }) => {
      const count = firings.filter((firing) => firing.at < before).length;
      return rateOf(count, firings[0]?.at ?? before, before);
    })
    .sort((a, b) => a - b);
  const perDay = 1440 * rates.reduce((sum, rate) => sum + rate, 0);
  let left = (ATTENTION * Math.sqrt(perDay)) / 1440;
  const limit = rates.find((rate) => (left -= rate) < 0);
  return limit === undefined ? BAR : Math.max(BAR, Math.min(BAR_LIMIT, CLEARLY - Math.log2(limit)));
}
