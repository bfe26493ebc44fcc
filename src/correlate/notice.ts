import type { Seen } from './decision.ts';
import { featuresOf } from './features.ts';
import { newsOf } from './news.ts';
import type { Member } from './open-group.ts';
import type { Rule, RuleHistory } from './rule-history.ts';
import { MINUTE } from './weights.ts';
import { habitOf, paceOf } from './wording.ts';
import type { WordCounts } from './word-counts.ts';

/** What the rule had done before this alert. */
export type Habit = {
  sentence: () => string;
  /** How often it fires, in words. */
  pace: string;
  perDay: number;
  /** Firings of this very alert within the hour, this one included. */
  inTheHour: number;
};

const HOUR = 60 * MINUTE;
const DAY_MINUTES = 1440;

/** Takes note of an alert. What is said of its rule, its news included, is from before it. */
export function notice(
  alert: Seen,
  { rules, words }: { rules: RuleHistory; words: WordCounts },
): { member: Member; before: Habit } {
  const at = alert.at.getTime();
  const features = featuresOf(alert);
  const rule = rules.rule(features.rule, at);
  const news = newsOf(rule, features.key, at);
  const before = habit(alert, rule, features.key);
  rules.observe(alert.id, features, at);
  words.observe(features.words, at);
  const about = withoutWording(features.words, rules.rule(features.rule, at));
  const home = commonest(about, (word) => words.bits(word, at));
  const member = { id: alert.id, name: alert.name, features, about, home, at, endedAt: null, news };
  return { member, before };
}

function habit(alert: Seen, rule: Rule | null, key: string): Habit {
  const at = alert.at.getTime();
  const firings = rule?.firings ?? [];
  const days = Math.max(1, (at - (firings[0]?.at ?? at)) / (DAY_MINUTES * MINUTE));
  let inTheHour = 1;
  for (let index = firings.length - 1; index >= 0; index -= 1) {
    const firing = firings[index];
    if (!firing || at - firing.at > HOUR) break;
    if (firing.key === key) inTheHour += 1;
  }
  return {
    // It is asked for when the rule's history already holds this alert.
    sentence: () =>
      habitOf(
        alert.name,
        firings.filter((one) => one.id !== alert.id),
        key,
        at,
      ),
    pace: paceOf(rule, at),
    perDay: firings.length / days,
    inTheHour,
  };
}

/** Words that all latest alerts of the rule have are its own wording and say nothing about this one. */
function withoutWording(words: readonly string[], rule: Rule | null): string[] {
  const wordings = rule?.wordings ?? [];
  if (wordings.length < 2) return [...words];
  const known = wordings.map((one) => new Set(one.words));
  return words.filter((word) => !known.every((one) => one.has(word)));
}

/** The commonest word that still says something. */
function commonest(words: readonly string[], bits: (word: string) => number): string | null {
  let best: { word: string; bits: number } | null = null;
  for (const word of words) {
    const own = bits(word);
    if (own >= 1 && (best === null || own < best.bits)) best = { word, bits: own };
  }
  return best?.word ?? null;
}
