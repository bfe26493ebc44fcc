import { rateOf, type Rule } from './rule-history.ts';
import { BRAND_NEW, LASTING, LASTING_LIMIT, MINUTE, NEWS_LIMIT, OWN_SHARE } from './weights.ts';

/**
 * How surprising it is that this fires now, in bits: the surprise of a firing within one minute of a Poisson
 * process as frequent as the rule has been, corrected by whether this very key fires more or less than an
 * even share of it.
 */
export function newsOf(rule: Rule | null, key: string, now: number): number {
  const first = rule?.firings[0];
  if (!rule || !first) return BRAND_NEW;
  const own = rule.keys.get(key) ?? 0;
  const things = rule.keys.size + (own === 0 ? 1 : 0);
  const share = (own + 1) / (rule.firings.length + things);
  const bits = -Math.log2(rateOf(rule.firings.length, first.at, now)) - OWN_SHARE * Math.log2(share * things);
  return Math.max(0, Math.min(NEWS_LIMIT, bits));
}

const FIRST_LOOK = 1.5 * MINUTE;
const KNOWN = 3;

/** How surprising it is that it fires for so long, in bits, from how long the rule's earlier firings lasted. */
export function lastingOf(
  rule: Rule | null,
  alert: { at: number; endedAt: number | null },
  now: number,
): number {
  const age = now - alert.at;
  if (alert.endedAt !== null || age < FIRST_LOOK) return 0;
  let ended = 0;
  let longer = 0;
  for (const firing of rule?.firings ?? []) {
    if (firing.endedAt === null) continue;
    ended += 1;
    if (firing.endedAt - firing.at >= age) longer += 1;
  }
  if (ended < KNOWN) return age > 5 * MINUTE ? LASTING : 0;
  return LASTING * Math.min(LASTING_LIMIT, -Math.log2((longer + 0.5) / (ended + 1)));
}
