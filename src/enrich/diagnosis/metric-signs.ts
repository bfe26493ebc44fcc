import { causesIn } from './causes.ts';
import type { Graph } from './graph.ts';
import type { FrozenIncident, Series } from './frozen.ts';
import { measureOf, type Measure } from './measures.ts';
import type { Names } from './names.ts';
import { changeOf, type Change } from './onset.ts';
import type { Sign } from './sign.ts';

/** How much a change of each measure says about health. Traffic changes for many good reasons. */
const TELLING: Record<Measure, number> = {
  errors: 1,
  success: 1,
  latency: 0.9,
  restarts: 0.9,
  replicas: 0.7,
  queue: 0.6,
  resource: 0.5,
  traffic: 0.15,
  other: 0.25,
};
const HEALTH: readonly Measure[] = ['errors', 'success', 'latency'];
const LEAST_STRENGTH = 0.2;
const CUT_OFF = 0.2;

/** A series that got worse, with the change in it. */
export type Worsened = { series: Series; change: Change; measure: Measure; service: string | null };

export function worsenedSeries(incident: FrozenIncident, names: Names): Worsened[] {
  return incident.series.flatMap((series) => {
    const change = changeOf(series);
    if (!change || change.strength < LEAST_STRENGTH) return [];
    const { measure, worse } = measureOf(series.name);
    if (worse !== 0 && worse !== change.direction) return [];
    const told = series.service ?? names.within(series.name);
    return [{ series, change, measure, service: told === null ? null : names.canonical(told) }];
  });
}

export function metricSigns(worsened: readonly Worsened[]): Sign[] {
  return worsened.map(({ series, change, measure, service }) => ({
    kind: 'metric',
    service,
    at: change.at,
    weight: TELLING[measure] * change.strength,
    text: `${series.name}${service ? ` of ${service}` : ''} from ${short(change.before)} to ${short(change.during)}`,
    blames: [],
    causes:
      measure === 'traffic' || measure === 'other' ? [] : causesIn(series.name.replaceAll(/[_.]/g, ' ')),
    measure,
  }));
}

/**
 * Services whose health some series tells: where none of them worsened, the service is well. Whom hardly a request
 * reaches any more may have no errors for that reason alone.
 */
export function watchedServices(
  incident: FrozenIncident,
  names: Names,
  worsened: readonly Worsened[],
): Set<string> {
  const cutOff = new Set(
    worsened
      .filter(({ measure, change }) => measure === 'traffic' && change.ratio < CUT_OFF)
      .map(({ service }) => service),
  );
  // Nor does it say anything where the service alerts itself: whoever hangs counts no errors.
  const alerting = new Set(
    incident.alerts.flatMap(({ service }) => (service === null ? [] : [names.canonical(service)])),
  );
  return new Set(
    incident.series.flatMap((series) => {
      const told = series.service ?? names.within(series.name);
      if (told === null || !HEALTH.includes(measureOf(series.name).measure)) return [];
      const service = names.canonical(told);
      return cutOff.has(service) || alerting.has(service) ? [] : [service];
    }),
  );
}

/**
 * How much more traffic comes from outside: 1 for the same, 0 where no series tells. Traffic that grew within, while
 * nothing says that any caller has more, was made within and counts as little.
 */
export function surgeOf(worsened: readonly Worsened[], graph: Graph): number {
  const grown = worsened.filter(
    ({ measure, change }) => measure === 'traffic' && change.direction === 1 && Number.isFinite(change.ratio),
  );
  const comesFromOutside = ({ service }: Worsened): boolean => {
    const callers = service === null ? new Set<string>() : graph.neededBy(service);
    return callers.size === 0 || grown.some((other) => other.service !== null && callers.has(other.service));
  };
  return Math.max(0, ...grown.filter(comesFromOutside).map(({ change }) => change.ratio));
}

function short(value: number): string {
  return Math.abs(value) >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toPrecision(2);
}
