import { isCosmetic, kindOf, type ChangeKind } from './change-kind.ts';
import type { FrozenCommit, FrozenIncident } from './frozen.ts';
import type { Graph } from './graph.ts';
import type { Names } from './names.ts';
import type { Origin } from './origin.ts';
import { shippingOf, type Shipping } from './shipping.ts';
import type { Sign } from './sign.ts';
import { matchesOf, type Match } from './signature.ts';
import { logOddsOf, type Evidence } from './weigh.ts';

export type Suspect = {
  commit: FrozenCommit;
  kind: ChangeKind;
  services: string[];
  shipping: Shipping;
  match: Match;
  evidence: Evidence;
  /** What all of it comes to; see weigh.ts. */
  logOdds: number;
};

const LEAST_PLAUSIBLE = 0.01;
export const ELSEWHERE = 0.08;
const NEIGHBOUR = 0.45;
export const NOWHERE = 0.45;
/** A measurement or a clock may be that late. */
export const SLACK_MS = 90_000;

/** What each commit has to do with the trouble, best first. */
export function suspectsOf(
  incident: FrozenIncident,
  signs: readonly Sign[],
  origins: readonly Origin[],
  graph: Graph,
  names: Names,
  onset: number | null,
): Suspect[] {
  const byService = new Map(origins.map((one) => [one.service, one.score]));
  const relevance = (service: string | null): number =>
    service === null ? 0.6 : Math.max(0.25, byService.get(service) ?? 0.1);
  const matches = matchesOf(incident.commits, signs, relevance, names.all);
  const until = (onset ?? incident.alertAt ?? Number.MAX_SAFE_INTEGER) + SLACK_MS;
  const last = Math.max(until, incident.alertAt ?? until);
  return incident.commits
    .map((commit): Suspect => {
      const services = servicesOf(commit, incident, names);
      // What went out between the measured onset and the alert is not excluded: an onset is an estimate.
      const early = shippingOf(commit, incident, services, names, until);
      const late = early.how === 'too late' ? shippingOf(commit, incident, services, names, last) : early;
      const gate = gateOf(early) === 0 && early.how === 'too late' ? 0.3 * gateOf(late) : gateOf(early);
      const match = matches.get(commit.sha) ?? {
        added: 0,
        any: 0,
        symbol: 0,
        mechanism: 0,
        frames: 0,
        shared: [],
      };
      const kind = kindOf(commit);
      const near = nearness(services, byService, origins, graph);
      const soon = soonness(late, until);
      const worth = kind === 'inert' ? 0.05 : isCosmetic(commit) ? 0.15 : 1;
      const evidence: Evidence = {
        near,
        soon,
        added: match.added,
        any: match.any,
        symbol: match.symbol,
        mechanism: match.mechanism,
        frames: match.frames,
        flag: Number(late.how === 'flag'),
        plausible: Math.log(Math.max(LEAST_PLAUSIBLE, gate * worth)),
      };
      const logOdds = logOddsOf(evidence);
      return { commit, kind, services, shipping: late, match, evidence, logOdds };
    })
    .sort((a, b) => b.logOdds - a.logOdds || (b.commit.at ?? 0) - (a.commit.at ?? 0));
}

function servicesOf(commit: FrozenCommit, incident: FrozenIncident, names: Names): string[] {
  const deployed = incident.deploys.filter(
    (deploy) =>
      deploy.service !== null &&
      [deploy.what, ...deploy.contains].some((what) => what.length >= 6 && commit.sha.startsWith(what)),
  );
  const found = [
    ...(commit.service === null ? [] : [names.canonical(commit.service)]),
    ...deployed.map((deploy) => names.canonical(deploy.service ?? '')),
    ...commit.paths.flatMap((path) => names.within(path) ?? []),
  ];
  if (found.length > 0) return [...new Set(found)];
  const scope = /^(?:\w+\(([^)]+)\)|\[?([\w-]+)\]?):/.exec(commit.subject);
  const named = scope
    ? names.all.find((name) => name === names.canonical(scope[1] ?? scope[2] ?? ''))
    : undefined;
  return named ? [named] : names.mentioned(commit.subject);
}

function nearness(
  services: readonly string[],
  scores: ReadonlyMap<string, number>,
  origins: readonly Origin[],
  graph: Graph,
): number {
  if (services.length === 0) return NOWHERE;
  const top = origins[0]?.service;
  return Math.max(
    ...services.map((service) => {
      const own = scores.get(service) ?? ELSEWHERE;
      // Neighbours of the first failing service: what it needs may fail it unseen, and a caller may overload it.
      const near =
        top !== undefined && (graph.needs(top).has(service) || graph.neededBy(top).has(service))
          ? NEIGHBOUR
          : ELSEWHERE;
      return Math.max(service === top ? 1 : own * 0.9, near);
    }),
  );
}

function gateOf(shipping: Shipping): number {
  switch (shipping.how) {
    case 'deployed':
    case 'flag':
      return 1;
    case 'with a later one':
      return 0.85;
    case 'not told':
      return 0.8;
    case 'not live':
      return 0.12;
    case 'too late':
      return 0;
    default:
      return shipping satisfies never;
  }
}

/** 1 at the onset, .77 ten minutes before it, .5 an hour and a half, .3 a day: people look back in such steps. */
export function soonness(shipping: Shipping, onset: number): number {
  if (!('at' in shipping) || shipping.at === null) return 0.4;
  const minutes = Math.max(0, onset - shipping.at) / 60_000;
  return 1 / (1 + Math.log10(1 + minutes / 10));
}

/** The changed lines of a suspect around the first that shares a word with the signs; at most six. */
export function hunkOf({ commit, match }: Suspect): string[] {
  const lines = commit.diff.split('\n').filter((line) => /^[+-](?![+-]{2} )/.test(line));
  const hit = lines.findIndex((line) => match.shared.some((word) => line.toLowerCase().includes(word)));
  const start = Math.max(0, hit - 2);
  return lines.slice(start, start + 6);
}
