import { dependants, withDependencies, type ServiceCatalogue } from '../incident/service.ts';
import { DAY, HORIZON_DAYS, RELATED_LIMIT } from './weights.ts';

/** A service that has to do with another one. */
export type ServiceLink = { other: string; kind: 'dependency' | 'learnt'; bits: number };

const SERVICES_COUNTED = 12;
const SERVICES_KEPT = 5000;
const PAIRS_KEPT = 20_000;
const TOGETHER = 3;
const LIFT = 2;
// Almost everything depends on almost everything over three steps.
const STEPS = 2;

/**
 * Which services have to do with each other: those that sitrep.yaml declares to depend on each other, and
 * those that were in the same incident at least three times and more than twice as often as chance would
 * have it (the lift of association rules; Brin and others, 1997). What is learnt counts from the next day on.
 */
export function createServiceLinks(catalogue: ServiceCatalogue) {
  // Incidents of each day: all, those that a service was in, and those that two of them were in.
  const all: Counts = new Map();
  const single = new Map<string, Counts>();
  const together = new Map<string, Map<string, Counts>>();
  let pairs = 0;
  const linksOf = new Map<string, { day: number; links: readonly ServiceLink[] }>();

  const learnt = (service: string, day: number): ServiceLink[] => {
    const own = before(single.get(service), day);
    return [...(together.get(service) ?? [])].flatMap(([other, counts]): ServiceLink[] => {
      const both = before(counts, day);
      if (both < TOGETHER) return [];
      const lift = (both * before(all, day)) / (own * Math.max(1, before(single.get(other), day)));
      if (lift < LIFT) return [];
      return [{ other, kind: 'learnt', bits: Math.min(RELATED_LIMIT - 1, Math.log2(lift)) }];
    });
  };

  return {
    of(service: string, now: number): readonly ServiceLink[] {
      const day = Math.floor(now / DAY);
      const known = linksOf.get(service);
      if (known?.day === day) return known.links;
      const links = [...declaredLinks(catalogue, service), ...learnt(service, day)];
      linksOf.delete(service);
      linksOf.set(service, { day, links });
      forgetOver(linksOf, SERVICES_KEPT);
      return links;
    },
    /** An incident with these services has reached one more. */
    joined(services: readonly string[], added: string, at: number): void {
      const day = Math.floor(at / DAY);
      if (services.length === 0) count(all, day);
      count(
        found(single, added, () => new Map()),
        day,
      );
      forgetOver(single, SERVICES_KEPT);
      for (const other of services.slice(-SERVICES_COUNTED)) {
        for (const [a, b] of [
          [added, other],
          [other, added],
        ] as const) {
          const of = found(together, a, () => new Map<string, Counts>());
          if (!of.has(b)) pairs += 1;
          count(
            found(of, b, () => new Map()),
            day,
          );
        }
      }
      while (pairs > PAIRS_KEPT) {
        const [oldest] = together;
        if (!oldest) break;
        pairs -= oldest[1].size;
        together.delete(oldest[0]);
      }
    },
  };
}

/** Both ways, as trouble spreads both ways. */
function declaredLinks(catalogue: ServiceCatalogue, service: string): ServiceLink[] {
  if (!catalogue.has(service)) return [];
  const users = dependants(catalogue, service).map((name) => ({
    name,
    distance: withDependencies(catalogue, name).find((one) => one.name === service)?.distance ?? 1,
  }));
  return [...withDependencies(catalogue, service), ...users]
    .filter(({ name, distance }) => name !== service && distance <= STEPS)
    .map(({ name, distance }) => ({ other: name, kind: 'dependency', bits: RELATED_LIMIT - 1.6 - distance }));
}

/** By day. */
type Counts = Map<number, number>;

function count(counts: Counts, day: number): void {
  counts.set(day, (counts.get(day) ?? 0) + 1);
  for (const old of counts.keys()) if (old < day - HORIZON_DAYS) counts.delete(old);
}

/** Those of the days of the horizon before this one. */
function before(counts: Counts | undefined, day: number): number {
  let sum = 0;
  for (const [one, found] of counts ?? []) if (one < day && one >= day - HORIZON_DAYS) sum += found;
  return sum;
}

function found<V>(map: Map<string, V>, key: string, make: () => V): V {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

function forgetOver<V>(map: Map<string, V>, limit: number): void {
  for (const key of map.keys()) {
    if (map.size <= limit) return;
    map.delete(key);
  }
}
