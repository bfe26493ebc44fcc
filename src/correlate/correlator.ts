import type { ServiceCatalogue } from '../incident/service.ts';
import { createBackground } from './background.ts';
import type { Correlator, Decision, Seen } from './decision.ts';
import { createLikelihood } from './likelihood.ts';
import { createLoneBar } from './lone-bar.ts';
import { MODEL } from './model.ts';
import { createPast } from './past.ts';
import { createPool } from './pool.ts';
import { createRelations, type Relation } from './relations.ts';
import { mins, MINUTE, newOpen, type One, type Open } from './remembered.ts';
import { createTargets } from './target.ts';
import { alongWhy, joinWhy, openWhy, quietWhy, weighing, type Weighed } from './why.ts';

const TICK_MS = 15_000;
const RULES_KEPT = 5000;
const FIRING_KEPT = 100_000;
const FIRING_MS = 7 * 1440 * MINUTE;
const KEYS_KEPT = 1000;
const RECENT = 20;
const FLAPS = 3 / 40;
// With fewer alerts behind it, everything is new and says nothing by being so; but where sitrep.yaml says what
// belongs together, the time alone is no reason from the beginning.
const SETTLED_IN = 200;

/**
 * Whether an alert must be shown for what it is: `unheard of` is critical and the first of its rule although
 * many others have fired before.
 */
type News = 'none' | 'news' | 'unheard of';

/**
 * Places alerts by likelihood: each goes where it is expected most, to an incident that is going on, to a new
 * one, or to what its rule does by itself, which is kept quiet. What is quiet for now is looked at again for
 * some minutes: when more comes that fits it, and when it lasts.
 */
export function createCorrelator(settings: { catalogue: ServiceCatalogue; windowS: number }): Correlator {
  const windowMs = settings.windowS * 1000;
  const settledIn = settings.catalogue.size > 0 ? 0 : SETTLED_IN;
  const background = createBackground();
  const relations = createRelations(settings.catalogue);
  const likelihood = createLikelihood(background, relations);
  const past = createPast(background, relations);
  const pool = createPool(likelihood);
  const targets = createTargets();
  const lone = createLoneBar();
  const fired = new Map<string, number>();
  const firing = new Map<number, One>();
  let groups: Open[] = [];
  let heard = 0;
  let tickedAt = Number.NEGATIVE_INFINITY;

  function remember(alert: Seen): { one: One; count: number } {
    const target = targets.of(alert);
    const one: One = {
      id: alert.id,
      at: alert.at.getTime(),
      rule: alert.name,
      target,
      service: alert.service,
      label: target ? `${alert.name} of ${alert.service ?? target}` : alert.name,
      key: `${alert.source}\n${alert.fingerprint}`,
      endedAt: null,
      group: null,
      sure: 0.7,
      learnt: false,
      checkedMin: 0,
    };
    const count = (fired.get(one.rule) ?? 0) + 1;
    fired.delete(one.rule);
    fired.set(one.rule, count);
    const [oldest] = fired.keys();
    if (fired.size > RULES_KEPT && oldest !== undefined) fired.delete(oldest);
    return { one, count };
  }

  function forget(now: number): void {
    past.learnUntil(now);
    pool.forget(now);
    if (groups.some((group) => expired(group, now))) groups = groups.filter((group) => !expired(group, now));
    for (const [id, one] of firing) {
      if (now - one.at <= FIRING_MS && firing.size <= FIRING_KEPT) break;
      firing.delete(id);
      one.group?.firing.delete(id);
      one.group?.alive.delete(id);
    }
  }

  function expired(group: Open, now: number): boolean {
    if (group.over !== null) return now - group.over > windowMs;
    return group.firing.size === 0 && now - Math.max(group.lastAt, group.calmSince) > windowMs;
  }

  /** Joins, opens, or nothing for now; and by what it was weighed, where it was. */
  function settle(one: One, now: number, news: News): { decisions: Decision[]; weighed: Weighed | null } {
    const again = groups.find((group) => group.over !== null && group.keys.has(one.key));
    if (again) {
      again.over = null;
      const why = `${one.label} fires again within ${Math.round(mins(windowMs))} minutes`;
      return { decisions: join(one, again, now, why, MODEL.evidence), weighed: null };
    }
    const beside = past.around(one.at).filter((other) => other !== one);
    for (const other of beside) {
      // A twin of an alert that has just been placed goes where that went.
      if (other.group?.over !== null || other.target !== one.target) continue;
      if (background.twin(one.rule, other.rule) < MODEL.twin) continue;
      const why = `${one.label} usually comes together with ${other.rule}`;
      return { decisions: join(one, other.group, now, why, 0), weighed: null };
    }
    const alone = likelihood.byItself(one, beside);
    const found = pool.gather(one, now, alone);
    const opens = news !== 'none' || found.lone + found.extra >= MODEL.opens || found.lone >= lone.bar(now);
    // Whatever came with it fits an old fault as well as a new one, so it speaks for either alike.
    const other =
      alone * Math.exp(-found.extra) + (opens ? likelihood.faultRate(now) * likelihood.share(one) : 0);
    let best: { group: Open; gain: number; relation: Relation; member: One | null } | null = null;
    for (const group of groups) {
      if (group.over !== null) continue;
      const { rate, relation, member } = likelihood.bestOf(one, group);
      // What was never heard of before must not vanish in something that merely goes on at the same time.
      if (news === 'unheard of' && relation === 'unknown') continue;
      const gain = Math.log(rate / other) + likelihood.lastingGain(one, now);
      if (!best || gain > best.gain) best = { group, gain, relation, member };
    }
    const rate = background.rate(one.rule, one.target, now);
    const weighed: Weighed = {
      ruleRate: background.ruleRate(one.rule, now),
      rate,
      alone,
      lone: found.lone,
      extra: found.extra,
      best: best && { title: best.group.title, gain: best.gain },
    };
    const details = () => weighing(one, weighed);
    if (best && best.gain > MODEL.joins) {
      const why = joinWhy(one, best.member, best.relation, rate);
      const joining = join(one, best.group, now, why, best.gain, details);
      return { decisions: [...joining, ...bring(found.along, best.group, one.label)], weighed };
    }
    if (!opens) return { decisions: [], weighed };
    if (found.along.length === 0) lone.opened(now);
    const group = newOpen(one);
    groups.push(group);
    take(one, group, MODEL.evidence);
    const why = openWhy(one, {
      company: found.along.length,
      news: news !== 'none',
      forMin: mins(now - one.at),
      rate,
    });
    const opening: Decision = { alertId: one.id, kind: 'opens', group, why, details };
    return { decisions: [opening, ...bring(found.along, group, one.label), ...sweep(group, now)], weighed };
  }

  function join(
    one: One,
    group: Open,
    now: number,
    why: string,
    gain: number,
    details: () => string[] = () => [],
  ): Decision[] {
    take(one, group, gain);
    return [
      { alertId: one.id, kind: 'joins', group, why, details },
      ...(gain >= MODEL.evidence ? sweep(group, now) : []),
    ];
  }

  /** Quiet alerts of the last minutes that are better explained by this incident. */
  function sweep(group: Open, now: number): Decision[] {
    const fitting: One[] = [];
    for (const one of pool.near(now)) {
      const twin = group.recent.some(
        (other) =>
          other.target === one.target &&
          Math.abs(other.at - one.at) <= MINUTE &&
          background.twin(one.rule, other.rule) >= MODEL.twin,
      );
      const gain = likelihood.fit(one, group.recent, now);
      if (!twin && gain <= MODEL.joins) continue;
      fitting.push(one);
      take(one, group, twin ? 0 : gain);
    }
    return fitting.map((one) => joined(one, group, `the incident of ${group.title}`));
  }

  function bring(along: readonly { one: One; gain: number }[], group: Open, to: string): Decision[] {
    const free = along.filter(({ one }) => one.group === null);
    for (const { one, gain } of free) take(one, group, gain);
    return free.map(({ one }) => joined(one, group, to));
  }

  function joined(one: One, group: Open, to: string): Decision {
    return { alertId: one.id, kind: 'joins', group, why: alongWhy(one, to), details: () => [] };
  }

  function take(one: One, group: Open, gain: number): void {
    pool.drop(one);
    one.sure = 1 / (1 + Math.exp(-gain));
    one.group = group;
    group.members += 1;
    if (group.keys.size < KEYS_KEPT) group.keys.add(one.key);
    if (one.endedAt === null) group.firing.add(one.id);
    if (one.service) group.services.add(one.service);
    if (gain < MODEL.evidence) return;
    group.evidence += 1;
    group.weight += Math.min(MODEL.most, gain) - MODEL.expected;
    if (one.endedAt === null) group.alive.add(one.id);
    else group.calmSince = Math.max(group.calmSince, one.endedAt);
    group.recent.unshift(one);
    if (group.recent.length > RECENT) group.recent.pop();
    group.targets.add(one.target);
    group.lastAt = Math.max(group.lastAt, one.at);
    group.openedAt = Math.min(group.openedAt, one.at);
    if (group.strong || group.evidence < 3 || group.weight < MODEL.strong) return;
    group.strong = true;
    likelihood.noteFault(group.openedAt);
  }

  return {
    place(alert) {
      const now = alert.at.getTime();
      forget(now);
      const { one, count } = remember(alert);
      firing.set(one.id, one);
      past.add(one);
      const rare = count <= 3 || background.ruleRate(one.rule, now) < 2 / 1440;
      const critical = alert.severity === 'critical';
      const shown = count <= 2 || alert.kind !== 'operational' || (critical && rare);
      const unheard = count === 1 && critical && heard > settledIn;
      heard += 1;
      const news = unheard ? 'unheard of' : shown ? 'news' : 'none';
      const { decisions, weighed } = settle(one, now, news);
      if (decisions.length > 0) return decisions;
      pool.keep(one);
      const rate = background.rate(one.rule, one.target, now);
      const flaps = rate > FLAPS;
      const why = quietWhy(one, rate, flaps);
      const details = () => (weighed === null ? [] : weighing(one, weighed));
      return [{ alertId: one.id, kind: 'quiet', reason: flaps ? 'flapping' : 'routine', why, details }];
    },

    ended(alertId, at) {
      const one = firing.get(alertId);
      if (!one) return;
      one.endedAt = at.getTime();
      firing.delete(alertId);
      // While it is not learnt yet, its duration will be learnt with it.
      if (one.learnt && !one.group?.strong) background.lasted(one.rule, mins(one.endedAt - one.at));
      one.group?.firing.delete(alertId);
      if (one.group?.alive.delete(alertId)) one.group.calmSince = Math.max(one.group.calmSince, one.endedAt);
    },

    tick(at) {
      const now = at.getTime();
      if (now - tickedAt < TICK_MS) return [];
      tickedAt = now;
      forget(now);
      return pool.lasting(now).flatMap((one) => (one.group ? [] : settle(one, now, 'none').decisions));
    },

    restore(alert, { incidentId, endedAt }) {
      forget(alert.at.getTime());
      const { one } = remember(alert);
      heard += 1;
      one.endedAt = endedAt?.getTime() ?? null;
      if (one.endedAt === null) firing.set(one.id, one);
      past.add(one);
      if (incidentId === null) return pool.keep(one);
      let group = groups.find((other) => other.incidentId === incidentId);
      if (!group) {
        group = { ...newOpen(one), incidentId };
        groups.push(group);
      }
      take(one, group, MODEL.evidence + MODEL.expected);
    },

    incidentEnded(incidentId, at, forGood) {
      const group = groups.find((other) => other.incidentId === incidentId);
      if (!group) return;
      if (forGood) groups = groups.filter((other) => other !== group);
      else group.over = at.getTime();
    },
  };
}
