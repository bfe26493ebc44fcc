import type { ServiceCatalogue } from '../incident/service.ts';
import type { Correlator, Decision, Seen } from './decision.ts';
import { evidenceFor, type Evidence } from './evidence.ts';
import { lastingOf } from './news.ts';
import { notice, type Habit } from './notice.ts';
import { addTo, alone, emptyGroup, endIn, isLive, type Member, type OpenGroup } from './open-group.ts';
import { createQuietAlerts } from './quiet-alerts.ts';
import { relate, relationAtMost, type Relation } from './relation.ts';
import { createRuleHistory } from './rule-history.ts';
import { createServiceLinks, type ServiceLink } from './service-links.ts';
import { ENDED_ALREADY, FLAPS, MINUTE, RARE_A_DAY } from './weights.ts';
import { commonOf, companyOf, sumOf } from './wording.ts';
import { createWordCounts } from './word-counts.ts';

// Groups that are compared at most; the oldest are given up first.
const GROUPS_KEPT = 500;

/**
 * Correlates by surprise. Each firing is news by how rarely its rule has fired, in bits; news of related
 * alerts within minutes adds up; from a bar on it opens an incident, and related alerts join it. What
 * is below stays quiet, with its reason, and comes along when an incident opens around it or when it
 * fires for longer than its rule usually does. Rules that have never fired are always news, and security
 * and cost signals are never kept quiet.
 *
 * The sum of surprises over neighbours follows the naive Bayes reading of log likelihood ratios; see
 * docs/evaluation.md for what else was tried. `windowS`: how long after its last news an incident takes up
 * alerts, in seconds.
 */
export function createCorrelator(settings: { catalogue: ServiceCatalogue; windowS: number }): Correlator {
  const windowMs = settings.windowS * 1000;
  const rules = createRuleHistory();
  const words = createWordCounts();
  const links = createServiceLinks(settings.catalogue);
  const quiet = createQuietAlerts();
  const groups = new Set<OpenGroup>();
  const byId = new Map<number, OpenGroup>();
  let restoredUntil = Number.NEGATIVE_INFINITY;

  const linksOf = (member: Member): readonly ServiceLink[] =>
    member.features.service === null ? [] : links.of(member.features.service, member.at);

  function join(group: OpenGroup, member: Member): void {
    quiet.forget(member);
    const { service } = member.features;
    if (service !== null && !group.services.has(service)) {
      links.joined([...group.services.keys()], service, member.at);
    }
    addTo(group, member);
    group.endedAt = null;
    if (member.endedAt === null) byId.set(member.id, group);
  }

  function bringAlong(group: OpenGroup, member: Member, now: number): Decision[] {
    const self = alone(member);
    return quiet.around(member, now).flatMap((one): Decision[] => {
      // An earlier firing of what is in it already says nothing more.
      if (group.keys.has(one.features.key)) return [];
      const known = { words, links: linksOf(one) };
      const needed = one.endedAt === null ? 0 : ENDED_ALREADY;
      const [best] = [relate(one, self, one.at, known), relate(one, group, one.at, known)].sort(
        (a, b) => b.bits - a.bits,
      );
      if (!best || best.bits < needed) return [];
      join(group, one);
      const why = `${one.name} was quiet and comes along with ${member.name}: ${commonOf(best.common)}`;
      return [{ kind: 'joins', alertId: one.id, group, why, details: () => [scoreOf(best.bits)] }];
    });
  }

  function nearest(
    member: Member,
    at: number,
    extra: number,
  ): { group: OpenGroup; relation: Relation } | null {
    const known = { words, links: linksOf(member) };
    let best: { group: OpenGroup; relation: Relation } | null = null;
    for (const group of groups) {
      if (!isLive(group, at, windowMs)) {
        const again = group.keys.has(member.features.key);
        if (group.endedAt === null || !again || Math.abs(at - group.endedAt) > windowMs) continue;
      }
      const when = Math.max(at, group.openedAt);
      if (relationAtMost(member, group, when) + extra < 0) continue;
      const relation = relate(member, group, when, known);
      if (relation.bits + extra >= Math.max(0, best === null ? 0 : best.relation.bits + extra)) {
        best = { group, relation };
      }
    }
    return best;
  }

  function open(member: Member, why: string, details: () => string[], now: number): Decision[] {
    const group = emptyGroup(null, member.at);
    groups.add(group);
    join(group, member);
    return [{ kind: 'opens', alertId: member.id, group, why, details }, ...bringAlong(group, member, now)];
  }

  function giveUpOld(now: number): void {
    for (const group of groups) {
      const last = Math.max(group.newsAt, group.newsEndedAt, group.endedAt ?? 0);
      const over = group.newsOpen === 0 && now - last > 2 * windowMs;
      if (!over && groups.size <= GROUPS_KEPT) continue;
      groups.delete(group);
    }
  }

  return {
    place(alert) {
      const { member, before } = notice(alert, { rules, words });
      const now = member.at;
      giveUpOld(now);
      const near = nearest(member, now, 0);
      if (near) {
        join(near.group, member);
        const details = () => [before.sentence(), scoreOf(near.relation.bits)];
        const why = commonOf(near.relation.common);
        return [
          { kind: 'joins', alertId: member.id, group: near.group, why, details },
          ...bringAlong(near.group, member, now),
        ];
      }
      const evidence = evidenceFor(member, now, { rules, words, links: linksOf(member), quiet });
      const bar = rules.bar(now);
      const details = () => [before.sentence(), ...sumOf(evidence, bar)];
      const reason = whyOpen(alert, evidence, bar, before);
      if (reason !== null) return open(member, reason, details, now);
      quiet.add(member);
      const flaps = before.inTheHour >= FLAPS;
      return [
        {
          kind: 'quiet',
          alertId: member.id,
          reason: flaps ? 'flapping' : 'routine',
          why: flaps
            ? `${alert.name} has come and gone ${before.inTheHour} times within an hour, and nothing unusual came with it`
            : `${alert.name} fires ${before.pace}, and nothing unusual came with it`,
          details,
        },
      ];
    },
    ended(alertId, at) {
      const time = at.getTime();
      rules.ended(alertId, time);
      const group = byId.get(alertId);
      const member = group?.open.get(alertId)?.member ?? quiet.get(alertId);
      if (member && member.endedAt === null) member.endedAt = Math.max(time, member.at);
      if (group) endIn(group, alertId, time);
      byId.delete(alertId);
    },
    tick(at) {
      const now = at.getTime();
      return quiet.due(now).flatMap(({ member, minutes }): Decision[] => {
        // What was looked at before a restart has been decided.
        if (member.at + minutes * MINUTE <= restoredUntil || quiet.get(member.id) === undefined) return [];
        const lasting = lastingOf(rules.rule(member.features.rule, now), member, now);
        const why = `${member.name} still fires after ${minutes} min, which is long for it`;
        const near = lasting > 0 ? nearest(member, member.at, lasting) : null;
        if (near) {
          join(near.group, member);
          const details = () => [scoreOf(near.relation.bits + lasting)];
          const reason = `${why}; ${commonOf(near.relation.common)}`;
          return [{ kind: 'joins', alertId: member.id, group: near.group, why: reason, details }];
        }
        const evidence = evidenceFor(member, now, { rules, words, links: linksOf(member), quiet });
        const bar = rules.bar(now);
        return evidence.bits < bar ? [] : open(member, why, () => sumOf(evidence, bar), now);
      });
    },
    restore(alert, { incidentId, endedAt }) {
      const { member } = notice(alert, { rules, words });
      restoredUntil = Math.max(restoredUntil, member.at);
      if (incidentId === null) quiet.add(member);
      else {
        let group = [...groups].find((one) => one.incidentId === incidentId);
        if (!group) groups.add((group = emptyGroup(incidentId, member.at)));
        join(group, member);
      }
      if (endedAt !== null) this.ended(alert.id, endedAt);
    },
    incidentEnded(incidentId, at, forGood) {
      for (const group of groups) {
        if (group.incidentId !== incidentId) continue;
        if (forGood) groups.delete(group);
        else group.endedAt = at.getTime();
      }
    },
  };
}

/** The sentence that says why an incident opens; null where it does not. */
function whyOpen(alert: Seen, evidence: Evidence, bar: number, before: Habit): string | null {
  if (evidence.bits >= bar) {
    return evidence.news >= bar
      ? `${alert.name} fires ${before.pace}`
      : `${alert.name} comes together with ${companyOf(evidence.company)}`;
  }
  if (alert.kind !== 'operational') return `${alert.kind} signals are always shown`;
  if (alert.severity === 'critical' && before.perDay < RARE_A_DAY) {
    return `it is critical, and ${alert.name} fires ${before.pace}`;
  }
  return null;
}

function scoreOf(bits: number): string {
  return `score ${bits.toFixed(1)}, where 0 is enough to belong together`;
}
