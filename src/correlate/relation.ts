import type { Member, Neighbour } from './open-group.ts';
import type { ServiceLink } from './service-links.ts';
import {
  LOST_A_MINUTE,
  LOST_WITH_AGE,
  MINUTE,
  NEWS_BY_TIME,
  ONLY_TIME,
  RELATED_LIMIT,
  SAME_ALERT,
  SAME_RULE,
  STILL_FIRING,
  WHICH_ONE,
} from './weights.ts';
import type { WordCounts } from './word-counts.ts';

/** How much more likely an alert is where this incident goes on than by chance, in bits, and what it has in common with it. */
export type Relation = { bits: number; common: Common };

export type Common =
  | { kind: 'same alert' }
  | { kind: 'same rule' }
  | { kind: 'word'; word: string }
  | { kind: 'dependency'; service: string; other: string }
  | { kind: 'learnt'; service: string; other: string }
  | { kind: 'time' };

/**
 * Compares an alert with an incident, or with another alert. From 0 on they belong together: the alert's own
 * news, plus the strongest thing that they have in common, less what time takes away. A word in common
 * counts by its rarity, less the more places an incident spreads over, as such a one meets many words by
 * chance. `links` are those of the alert's service.
 */
export function relate(
  alert: Member,
  other: Neighbour,
  at: number,
  known: { words: WordCounts; links: readonly ServiceLink[] },
): Relation {
  const lost = (since: number, slowly = false) =>
    (LOST_A_MINUTE * (slowly ? STILL_FIRING : 1) * Math.abs(at - since)) / MINUTE;
  const { features } = alert;
  const base = alert.news - WHICH_ONE - (LOST_WITH_AGE * Math.max(0, at - other.openedAt)) / MINUTE;
  const again = other.keys.get(features.key);
  if (again !== undefined) {
    return { bits: base + SAME_ALERT - lost(again, true), common: { kind: 'same alert' } };
  }
  // What is new altogether is not for that part of whatever goes on.
  const tooNew = Math.max(0, alert.news - NEWS_BY_TIME);
  let best: Relation = { bits: ONLY_TIME - tooNew - lost(other.newsAt), common: { kind: 'time' } };
  const consider = (bits: number, common: Common) => {
    if (bits > best.bits) best = { bits, common };
  };
  const ruleAt = other.rules.get(features.rule);
  if (ruleAt !== undefined) consider(SAME_RULE - lost(ruleAt), { kind: 'same rule' });
  const spread = Math.log2(Math.max(1, other.homes.size));
  for (const word of alert.about) {
    const wordAt = other.words.get(word);
    if (wordAt === undefined) continue;
    const bits = known.words.bits(word, at);
    // A word that half of all alerts have in common says nothing.
    if (bits < 1) continue;
    consider(bits - spread - lost(wordAt, other.firing.has(word)), {
      kind: 'word',
      word,
    });
  }
  if (features.service !== null) {
    for (const link of known.links) {
      const linkedAt = other.services.get(link.other);
      if (linkedAt === undefined) continue;
      consider(link.bits - lost(linkedAt), { kind: link.kind, service: features.service, other: link.other });
    }
  }
  return { bits: base + best.bits, common: best.common };
}

/** No relation between the two can be stronger than this, in bits; cheap to know. */
export function relationAtMost(alert: Member, other: Neighbour, at: number): number {
  const lost = (LOST_A_MINUTE * STILL_FIRING * Math.abs(at - other.lastAt)) / MINUTE;
  return alert.news - WHICH_ONE + RELATED_LIMIT - lost;
}
