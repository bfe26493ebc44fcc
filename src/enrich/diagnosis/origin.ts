import type { Graph } from './graph.ts';
import { earliest, type Sign } from './sign.ts';

/** How likely each service is the one where it began: scores relative to the likeliest, best first. */
export type Origin = { service: string; score: number; onset: number | null; why: string };

const COUNTS = 0.25;

/**
 * The first failing service is where own trouble is (not what others are to blame for), early, deep in the graph,
 * and named by the others. Without any sign the alert's service.
 */
export function originsOf(signs: readonly Sign[], graph: Graph, watched: ReadonlySet<string>): Origin[] {
  const services = [
    ...new Set(signs.flatMap((sign) => [...(sign.service === null ? [] : [sign.service]), ...sign.blames])),
  ];
  const onsets = new Map(
    services.map((service) => [service, onsetOf(signs, service) ?? blamedSince(signs, service)]),
  );
  const times = [...onsets.values()].filter((at) => at !== null);
  const first = Math.min(...times);
  const spread = Math.max(60_000, Math.max(...times) - first);
  const ill = (service: string): boolean =>
    signs.some((sign) => sign.service === service && sign.weight >= COUNTS && sign.kind !== 'alert');
  const scored = services.map((service) => {
    const own = signs.filter((sign) => sign.service === service);
    const onset = onsets.get(service) ?? null;
    const metric = most(own.filter((sign) => sign.kind === 'metric'));
    const logs = own.filter((sign) => sign.kind === 'log');
    const ownLogs = most(logs.filter((sign) => sign.blames.length === 0));
    const inherited = share(logs, (sign) => sign.blames.length > 0);
    const traces = total(signs.filter((sign) => sign.kind === 'trace' && sign.blames.length === 0));
    const trace =
      traces === 0
        ? 0
        : total(own.filter((sign) => sign.kind === 'trace' && sign.blames.length === 0)) / traces;
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
    const below = [...graph.needs(service)].some(
      (other) => ill(other) && isBefore(onsets.get(other) ?? null, onset),
    );
    // Who is blamed while all its measurements stay as they were is not at fault; the way to it may be.
    const isWell =
      watched.has(service) && !own.some((sign) => sign.kind !== 'alert' && sign.weight >= COUNTS);
    // An early change of what merely goes along with trouble is no beginning of it.
    // Who shows nothing at all is as sure as the complaints about it.
    const isSilent = own.length === 0 && !watched.has(service);
    const complaints = signs.filter((sign) => sign.kind === 'log' && sign.blames.includes(service));
    const sure = Math.min(1, 1.6 * (isSilent ? most(complaints) : Math.max(metric, most(logs))));
    const sum =
      (isWell ? 0.2 : 0.9) * trace +
      0.7 * ownLogs * (1 - inherited) +
      (0.5 * metric + 0.6 * early * sure) * (1 - 0.5 * inherited) +
      (isWell ? 0.1 : 0.6) * Math.min(1, Math.sqrt(blamers.size / 2)) +
      0.3 * explicit * (1 - inherited) +
      0.15 * most(own.filter((sign) => sign.kind === 'alert'));
    const reasons = [
      ...(trace > 0.5 ? ['traces go bad there'] : []),
      ...(early > 0.9 && times.length > 1 ? ['it was the first'] : []),
      ...(blamers.size > 0 ? ['others complain about it'] : []),
      ...(ownLogs > 0.4 && inherited < 0.5 ? ['it has errors of its own'] : []),
    ];
    return { service, score: sum * (below ? 0.5 : 1), onset, why: reasons.join(', ') };
  });
  const best = Math.max(1e-9, ...scored.map((one) => one.score));
  return scored
    .map((one) => ({ ...one, score: one.score / best }))
    .sort((a, b) => b.score - a.score || (a.service < b.service ? -1 : 1));
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
