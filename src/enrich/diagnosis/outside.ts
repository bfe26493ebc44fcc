import { CAUSES, type Cause } from './causes.ts';
import type { FrozenIncident } from './frozen.ts';
import type { Origin } from './origin.ts';
import type { Sign } from './sign.ts';

/** A cause that needs no change, and how clearly the signs say so, 0–1. */
export type Outside = { cause: Cause; clarity: number; sign: string };

const HOST =
  /https?:\/\/((?:[a-z0-9-]+\.)+[a-z]{2,})|(?:host[=: ]+"?|\bto |calling |from )((?:[a-z0-9-]+\.)+(?:com|io|net|org|dev|cloud|co|eu|app|ai|example))\b/i;
const OWN_HOST = /internal|local|svc|cluster|corp|intra|example\.(?:com|org)$|github\.com|compute|rds\./i;
const RETRYING = /\bretry(?:ing)?\b|\bretries\b|attempt \d+ (?:of|\/)/i;
const PROVIDER_TROUBLE = /50[0234]|time ?d? ?out|unavailable|refused|degraded|outage|reset|deadline/i;

/** Traffic that many times what it was explains an overload. */
const SURGE = 1.5;
const JUST_MS = 15 * 60_000;
/** What cannot keep up just after its release, with the usual traffic, has more likely become slower. */
const SLOWED = 0.4;

/** Causes from outside or by themselves, clearest first: what the telling signs near the origin say explicitly. */
export function outsideCauses(
  incident: FrozenIncident,
  signs: readonly Sign[],
  origins: readonly Origin[],
  surge: number,
): Outside[] {
  const scores = new Map(origins.map((one) => [one.service, one.score]));
  const relevance = (sign: Sign): number =>
    sign.service === null
      ? 0.9
      : Math.max(0.4, ...[sign.service, ...sign.blames].map((service) => scores.get(service) ?? 0));
  // Signs of different kinds confirm each other; more of one kind say the same again.
  const found = new Map<Cause, { byKind: Map<string, number>; sign: string; clearest: number }>();
  const add = (cause: Cause, kind: string, clarity: number, sign: string): void => {
    const one = found.get(cause) ?? { byKind: new Map<string, number>(), sign, clearest: 0 };
    one.byKind.set(kind, Math.max(one.byKind.get(kind) ?? 0, Math.min(1, clarity)));
    if (clarity > one.clearest) found.set(cause, { ...one, sign, clearest: clarity });
    else found.set(cause, one);
  };
  for (const sign of signs) {
    const weight =
      sign.kind === 'log'
        ? Math.min(1, 1.7 * sign.weight)
        : sign.kind === 'trace'
          ? 0.8 * sign.weight
          : sign.kind === 'alert'
            ? 0.35
            : 0.5 * sign.weight;
    for (const cause of sign.causes) {
      const own = cause.name === 'load' && surge < SURGE && isJustReleased(sign, incident) ? SLOWED : 1;
      add(cause, sign.kind, own * cause.explicit * weight * relevance(sign), sign.text);
    }
    if (sign.kind === 'log' && sign.blames.some((name) => incident.external.includes(name))) {
      add(named('provider'), sign.kind, 0.75 * weight * relevance(sign), sign.text);
    }
    const address = HOST.exec(sign.text);
    const host = address?.[1] ?? address?.[2];
    if (sign.kind !== 'alert' && host && !OWN_HOST.test(host) && PROVIDER_TROUBLE.test(sign.text)) {
      add(named('provider'), sign.kind, 0.75 * weight * relevance(sign), sign.text);
    }
  }
  const first = origins[0]?.service;
  if (first !== undefined && incident.external.includes(first))
    add(named('provider'), 'declared', 0.85, `${first} is run by somebody else`);
  // Twice the traffic explains an overload; half as much again hardly does.
  // Repeated attempts multiply the traffic that trouble of any kind leaves.
  const selfMade = signs.some(
    (sign) => sign.kind === 'log' && sign.weight >= 0.25 && RETRYING.test(sign.text),
  )
    ? 0.5
    : 1;
  if (surge >= SURGE)
    add(
      named('load'),
      'surge',
      0.8 * selfMade * Math.min(1, (surge - 1) / 1.5),
      `traffic is ${surge.toFixed(1)} times what it was`,
    );
  return [...found]
    .map(([cause, { byKind, sign }]) => ({
      cause,
      sign,
      clarity: 1 - [...byKind.values()].reduce((rest, one) => rest * (1 - one), 1),
    }))
    .sort((a, b) => b.clarity - a.clarity);
}

/** Whether the service of a sign, or one that it blames, was released just before it. */
function isJustReleased({ service, blames, at }: Sign, { deploys, alertAt }: FrozenIncident): boolean {
  const since = at ?? alertAt;
  return deploys.some(
    (deploy) =>
      deploy.live &&
      deploy.at !== null &&
      since !== null &&
      deploy.at <= since &&
      since - deploy.at <= JUST_MS &&
      deploy.service !== null &&
      [service, ...blames].includes(deploy.service),
  );
}

function named(name: Cause['name']): Cause {
  return CAUSES.find((cause) => cause.name === name) as Cause;
}
