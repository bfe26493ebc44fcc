import type { Graph } from './graph.ts';
import { earliest, type Sign } from './sign.ts';

/** How likely each service is the one where it began: scores relative to the likeliest, best first. */
export type Origin = {
  service: string;
  score: number;
  onset: number | null;
  why: string;
  /** Whether its own log has errors that it does not put down to others. */
  ownErrors: boolean;
};

const COUNTS = 0.25;

/**
 * The first failing service is where own trouble is (not what others are to blame for), early, deep in the graph,
 * and named by the others. Without any sign the alert's service.
 */
export function originsOf(signs: readonly Sign[], graph: Graph, watched: ReadonlySet<string>): Origin[] {
  const services = [
    ...new Set(signs.flatMap((sign) => [...(sign.service === null ? [] : [sign.service]), ...sign.blames])),
  ];
  const ill = (service: string): boolean =>
    signs.some((sign) => sign.service === service && sign.weight >= COUNTS && sign.kind !== 'alert');
  const onsets = new Map(
    services.map((service) => {
      const times = [onsetOf(signs, service), blamedSince(signs, service)].filter((at) => at !== null);
      return [service, ill(service) ? onsetOf(signs, service) : times.length > 0 ? Math.min(...times) : null];
    }),
  );
  const times = [...onsets.values()].filter((at) => at !== null);
  const first = Math.min(...times);
  const spread = Math.max(60_000, Math.max(...times) - first);
  const spans = signs.filter((sign) => sign.kind === 'trace');
  const seen = new Set(spans.map((sign) => sign.service));
  const bad = spans.filter((sign) => sign.blames.length === 0);
  const logsOf = (service: string): Sign[] =>
    signs.filter((sign) => sign.kind === 'log' && sign.service === service && sign.weight >= COUNTS);
  const inheritedBy = (service: string): number => share(logsOf(service), (sign) => sign.blames.length > 0);
  const ownTraces = (service: string): number =>
    bad.length === 0 ? 0 : total(bad.filter((sign) => sign.service === service)) / total(bad);
  // Where the last span that fails belongs to somebody who complains of another, part of it is the other's: more
  // where the other shows something itself.
  const passedOn = (from: string, to: string): number =>
    ownTraces(from) *
    (signs.some((sign) => sign.service === to && sign.weight >= COUNTS) ? 0.8 : 0.5) *
    share(logsOf(from), (sign) => sign.blames.includes(to));
  const traced = (service: string): number =>
    services
      .filter((other) => other !== service)
      .reduce((sum, other) => sum - passedOn(service, other) + passedOn(other, service), ownTraces(service));
  const scored = services.map((service) => {
    const own = signs.filter((sign) => sign.service === service);
    const onset = onsets.get(service) ?? null;
    const metric = most(own.filter((sign) => sign.kind === 'metric'));
    const logs = logsOf(service);
    const ownLogs = most(logs.filter((sign) => sign.blames.length === 0));
    const inherited = inheritedBy(service);
    const trace = traced(service);
    const blamers = new Set(
      signs
        .filter((sign) => sign.kind === 'log' && sign.weight >= COUNTS && sign.blames.includes(service))
        .map((sign) => sign.service),
    );
    const early = onset === null ? 0 : 1 - (onset - first) / spread;
    const explicit = Math.max(
      0,
      ...own
        .filter((sign) => sign.kind === 'log' && sign.weight >= COUNTS)
        .flatMap((sign) => sign.causes.map((cause) => cause.explicit)),
    );
    const below = [...graph.needs(service)].filter(
      (other) => ill(other) && isBefore(onsets.get(other) ?? null, onset),
    );
    // Traces say nothing of what no request passes through, such as an import by night.
    const untraced = below.some((other) => !seen.has(other));
    // Who is blamed while all its measurements stay as they were is not at fault; the way to it may be.
    const isWell =
      watched.has(service) && !own.some((sign) => sign.kind !== 'alert' && sign.weight >= COUNTS);
    // An early change of what merely goes along with trouble is no beginning of it.
    // Who shows nothing at all is as sure as the complaints about it.
    const isSilent =
      !watched.has(service) && !own.some((sign) => sign.kind !== 'alert' && sign.weight >= COUNTS);
    const complaints = signs.filter((sign) => sign.kind === 'log' && sign.blames.includes(service));
    const sure = Math.min(1, 1.6 * (isSilent ? most(complaints) : Math.max(metric, most(logs))));
    const sum =
      (isWell ? 0.2 : 0.9) * trace * (untraced ? 0.5 : 1) +
      0.7 * ownLogs * (1 - inherited) +
      (0.5 * metric + 0.6 * early * sure) * (1 - 0.5 * inherited) +
      (isWell ? 0.1 : 0.6) * Math.min(1, Math.sqrt(blamers.size / 2)) +
      0.3 * explicit * (1 - inherited) +
      0.15 * most(own.filter((sign) => sign.kind === 'alert'));
    const reasons = [
      ...(trace > 0.5 ? ['traces go bad there'] : []),
      ...(early > 0.9 && times.length > 1 ? ['it was the first'] : []),
      ...(blamers.size > 0 ? ['others complain about it'] : []),
    ];
    const ownErrors = ownLogs > 0.4 && inherited < 0.5;
    return { service, score: sum * (below.length > 0 ? 0.5 : 1), onset, why: reasons.join(', '), ownErrors };
  });
  const best = Math.max(1e-9, ...scored.map((one) => one.score));
  return scored
    .map((one) => ({ ...one, score: one.score / best }))
    .sort((a, b) => b.score - a.score || (a.service < b.service ? -1 : 1));
}

const AS_WELL = 0.6;

/**
 * The origins in the light of the guilty change. It began in a service that the change touches, where that one shows
 * trouble almost as clearly, or where the first one needs it and complains of it.
 */
export function originsKnowing(
  touched: readonly string[],
  origins: readonly Origin[],
  signs: readonly Sign[],
  graph: Graph,
  watched: ReadonlySet<string>,
): Origin[] {
  const [first] = origins;
  if (!first || touched.includes(first.service)) return [...origins];
  const complains = (service: string): boolean =>
    graph.needs(first.service).has(service) &&
    !watched.has(service) &&
    signs.some(
      (sign) =>
        sign.kind === 'log' &&
        sign.weight >= COUNTS &&
        sign.service === first.service &&
        sign.blames.includes(service),
    );
  const begun = origins.find(
    ({ service, score, onset }) =>
      touched.includes(service) && (complains(service) || (score >= AS_WELL && isBefore(onset, first.onset))),
  );
  return begun ? [begun, ...origins.filter((one) => one !== begun)] : [...origins];
}

function onsetOf(signs: readonly Sign[], service: string): number | null {
  const own = signs.filter((sign) => sign.service === service && sign.weight >= COUNTS);
  return earliest(own.filter((sign) => sign.kind !== 'alert' && sign.measure !== 'traffic')) ?? earliest(own);
}

/** Who shows nothing itself has begun to fail when the others began to complain. */
function blamedSince(signs: readonly Sign[], service: string): number | null {
  return earliest(
    signs.filter((sign) => sign.weight >= COUNTS && sign.kind === 'log' && sign.blames.includes(service)),
  );
}

/** Not later, as far as is told; a step of measurement is no order. */
function isBefore(a: number | null, b: number | null): boolean {
  return a === null || b === null || a <= b + 60_000;
}

const total = (signs: readonly Sign[]): number => signs.reduce((sum, sign) => sum + sign.weight, 0);
const most = (signs: readonly Sign[]): number =>
  Math.min(1, Math.max(0, ...signs.map((sign) => sign.weight)));

function share(signs: readonly Sign[], is: (sign: Sign) => boolean): number {
  const all = total(signs);
  return all === 0 ? 0 : total(signs.filter(is)) / all;
}
