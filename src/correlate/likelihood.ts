import type { Background } from './background.ts';
import { MODEL } from './model.ts';
import type { Relation, Relations } from './relations.ts';
import { mins, MINUTE, type One, type Open } from './remembered.ts';

export type Likelihood = ReturnType<typeof createLikelihood>;

/** What an incident makes of an alert at most, and which of its alerts does. */
export type Best = { rate: number; relation: Relation; member: One | null };

const NOTHING: Best = { rate: 0, relation: 'unrelated', member: null };

/** How well the background and how well a fault explains an alert, per minute. */
export function createLikelihood(background: Background, relations: Relations) {
  let trouble = { n: 0, at: 0 };

  /** Faults per minute, by how many there have been of late: trouble comes in company. */
  function faultRate(at: number): number {
    return (
      MODEL.faults +
      (MODEL.excited * trouble.n * Math.exp(-mins(at - trouble.at) / MODEL.excitedMin)) / MODEL.excitedMin
    );
  }

  /** How many alerts like this come by themselves per minute, given what else has just come. */
  function byItself(one: One, beside: readonly One[]): number {
    const alone = background.rate(one.rule, one.target, one.at);
    const chance = MODEL.chance * background.ruleRate(one.rule, one.at);
    let echo = 0;
    let spread = 0;
    for (const other of beside) {
      if (other === one || Math.abs(one.at - other.at) > MINUTE) continue;
      // Whatever comes often comes together by chance as well, which is no bond.
      // Where nothing says what they are about, each alert explains one echo and no more.
      if (one.target === '' && used(one, other, beside)) continue;
      if (other.target === one.target)
        echo = Math.max(echo, background.echo(one.rule, other.rule) - MODEL.chance * alone);
      else spread += Math.max(0, background.spread(one.rule, other.rule) - chance);
    }
    return alone + Math.max(0, echo) + Math.min(2, spread) / background.targets();
  }

  function used(one: One, cause: One, beside: readonly One[]): boolean {
    let causes = 0;
    let echoes = 0;
    for (const other of beside) {
      if (other === one || Math.abs(one.at - other.at) > MINUTE) continue;
      if (other.rule === cause.rule) causes += 1;
      if (other.rule === one.rule) echoes += 1;
    }
    return echoes >= causes;
  }

  function related(one: One, to: One): Relation {
    if (one.target !== '' && one.target === to.target) return one.rule === to.rule ? 'refire' : 'same';
    return relations.between(one, to);
  }

  /** Alerts of this rule about this thing per minute that a fault brings which shows in `member`. */
  function expects(one: One, member: One, burst: number): { rate: number; relation: Relation } {
    const relation = related(one, member);
    const rule = background.faultShare(one.rule);
    const spread = MODEL.others * (1 + MODEL.cascade * burst) * rule;
    // Where nothing says what it is about, it may be about anything that the fault reaches.
    const reached =
      one.target === '' ? spread : spread * relations.reaches(one, member, background.targets());
    switch (relation) {
      case 'same':
        return { relation, rate: MODEL.same * rule };
      case 'refire':
        return { relation, rate: MODEL.refire * rule };
      case 'declared':
        return { relation, rate: Math.max(MODEL.declared * rule, reached) };
      case 'unknown':
        return { relation, rate: reached };
      case 'unrelated':
        return { relation, rate: reached / 500 };
    }
  }

  /** How many alerts came within a minute and a half, those that may be chance counted in part. */
  function burstOf(one: One, members: readonly One[]): number {
    let sum = 0;
    for (const member of members) if (Math.abs(one.at - member.at) <= 1.5 * MINUTE) sum += member.sure;
    return sum;
  }

  /** A fault reaches what is not known to be related at its beginning and hardly later. */
  function reach(relation: Relation, g: Open, at: number): number {
    const since = Math.max(0, mins(at - g.openedAt));
    const near = relation === 'same' || relation === 'refire' || relation === 'declared';
    return Math.exp(-since / (near ? MODEL.nearMin : MODEL.onsetMin));
  }

  /** How much of its first strength an incident has left at that time. */
  function strength(g: Open, at: number): number {
    const since = Math.max(0, mins(at - g.lastAt));
    const calm = g.alive.size > 0 ? 0 : Math.max(0, mins(at - Math.max(g.calmSince, g.lastAt)));
    return Math.exp(-since / MODEL.arrivalsMin - calm / MODEL.calmMin);
  }

  /** The most that any of the last members of an incident makes of it. */
  function bestOf(one: One, g: Open): Best {
    const strong = strength(g, one.at);
    if (strong < 0.002 && !g.targets.has(one.target) && !linked(one, g)) return NOTHING;
    const burst = burstOf(one, g.recent);
    let best: Best = NOTHING;
    for (const member of g.recent) {
      const found = expects(one, member, burst);
      const near = found.relation !== 'unknown' && found.relation !== 'unrelated';
      // While it still fires, what is about the same or declared to be linked belongs to it however late it comes.
      const left = Math.max(
        strong * reach(found.relation, g, one.at),
        near && g.alive.size > 0 ? MODEL.going : 0,
      );
      const rate = found.rate * left;
      if (rate > best.rate) best = { rate, relation: found.relation, member };
      if (found.relation === 'refire') return { rate, relation: 'refire', member };
    }
    return best;
  }

  function linked(one: One, g: Open): boolean {
    const near = one.service === null ? undefined : relations.declared(one.service);
    if (!near) return false;
    for (const service of g.services) if (near.has(service)) return true;
    return false;
  }

  function lastingGain(one: One, at: number): number {
    const age = mins((one.endedAt ?? at) - one.at);
    if (age < 2) return 0;
    return Math.min(3.5, Math.max(0, Math.log(0.5 / background.lasts(one.rule, age))));
  }

  /** How many alerts of this rule about this thing a fault brings. */
  function share(one: One): number {
    const things = one.target === '' ? 1 : Math.min(40, background.targets());
    return Math.max(0.005, (MODEL.perIncident * background.faultShare(one.rule)) / things);
  }

  function fit(one: One, members: readonly One[], now: number): number {
    let rate = 0;
    const burst = burstOf(one, members);
    for (const member of members) {
      rate = Math.max(
        rate,
        expects(one, member, burst).rate * Math.exp(-Math.abs(mins(one.at - member.at)) / MODEL.burstMin),
      );
    }
    return Math.log(rate / byItself(one, members)) + lastingGain(one, now);
  }

  return {
    faultRate,
    byItself,
    bestOf,
    lastingGain,
    share,
    fit,
    /** A fault beyond doubt has begun. */
    noteFault(at: number): void {
      trouble = { n: trouble.n * Math.exp(-mins(at - trouble.at) / MODEL.excitedMin) + 1, at };
    },
  };
}
