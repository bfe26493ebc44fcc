import { MODEL } from './model.ts';
import type { Relation } from './relations.ts';
import type { One } from './remembered.ts';

/**
 * Why an alert joins an incident. `member`: the alert of it that makes most of this one; `rate`: how often it
 * comes by itself, per minute.
 */
export function joinWhy(one: One, member: One | null, relation: Relation, rate: number): string {
  if (member === null) return `${one.label} fits what is going on`;
  switch (relation) {
    case 'refire':
      return `${one.label} fires again, or for another part of the same`;
    case 'same':
      return `${one.label} is about the same as ${member.label}`;
    case 'declared':
      return `${one.label}: ${one.service} and ${member.service} are linked in sitrep.yaml`;
    default:
      return `${one.label} came within minutes of ${member.label}, while by itself it fires ${often(rate)}`;
  }
}

/** Why an alert opens an incident. */
export function openWhy(
  one: One,
  about: { company: number; news: boolean; forMin: number; rate: number },
): string {
  const { company, news, forMin, rate } = about;
  if (company > 0)
    return `${one.label} came within minutes of ${company} more that do not usually come together`;
  if (news)
    return `${one.label} is shown at once: it hardly ever fires, or is of a kind that is never kept quiet`;
  if (forMin >= 2)
    return `${one.label} has fired for ${Math.round(forMin)} minutes, longer than it usually does`;
  return `${one.label} fires ${often(rate)} by itself, too seldom to be taken for chance now`;
}

export function alongWhy(one: One, to: string): string {
  return `${one.label} came within minutes and fits ${to}`;
}

export function quietWhy(one: One, rate: number, flaps: boolean): string {
  return flaps
    ? `${one.label} comes and goes, ${often(rate)} of late`
    : `${one.label} fires by itself ${often(rate)}, and nothing unusual came with it`;
}

/** By what an alert was weighed. Rates are per minute, the rest are logarithms of odds. */
export type Weighed = {
  ruleRate: number;
  rate: number;
  alone: number;
  lone: number;
  extra: number;
  best: { title: string; gain: number } | null;
};

/** The same as lines for people. */
export function weighing(one: One, { ruleRate, rate, alone, lone, extra, best }: Weighed): string[] {
  const fixed = (value: number) => (Number.isFinite(value) ? value.toFixed(1) : 'nothing');
  return [
    `${one.rule} fires ${often(ruleRate)} by itself, about this very thing ${often(rate)}`,
    `with what has just come, one more of it is expected ${often(alone)}`,
    `for a fault of its own speaks ${fixed(lone)}, enough alone from ${MODEL.lone} on`,
    `together with the quiet alerts that fit it ${fixed(lone + extra)}, enough from ${MODEL.opens} on`,
    best === null
      ? 'no incident is going on that it could belong to'
      : `for the incident of ${best.title} speaks ${fixed(best.gain)}, enough above ${MODEL.joins}`,
    'these are logarithms of odds: 0 is even, 1 is about 3 to 1',
  ];
}

function often(perMinute: number): string {
  const day = perMinute * 1440;
  if (day >= 36) return `about ${Math.round(day / 24)} times an hour`;
  if (day >= 1.5) return `about ${Math.round(day)} times a day`;
  return 'less than twice a day';
}
