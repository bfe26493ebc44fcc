import { dependants, withDependencies, type ServiceCatalogue } from '../incident/service.ts';
import { DAY, HORIZON_DAYS, RELATED_LIMIT } from './weights.ts';

/** A service that has to do with another one. */
export type ServiceLink = { other: string; kind: 'dependency' | 'learnt'; bits: number };

const SERVICES_COUNTED = 12;
const PAIRS_KEPT = 20_000;
const TOGETHER = 3;
const LIFT = 2;

/**
 * Which services have to do with each other: those that sitrep.yaml declares to depend on each other, and
 * those that were in the same incident at least three times and more than twice as often as chance would
 * have it (the lift of association rules).
 */
export function createServiceLinks(catalogue: ServiceCatalogue) {
  const declared = new Map<string, ServiceLink[]>();
  // For each service, and each pair of them, the days of the incidents that it was in.
  const incidents: number[] = [];
  const alone = new Map<string, number[]>();
  const together = new Map<string, Map<string, number[]>>();
  let pairs = 0;
  let version = 0;

  const declaredOf = (service: string): ServiceLink[] => {
    const known = declared.get(service);
    if (known || !catalogue.has(service)) return known ?? [];
    const up = dependants(catalogue, service).map((name) => ({
      name,
      distance: withDependencies(catalogue, name).find((one) => one.name === service)?.distance ?? 1,
    }));
    const links = [...withDependencies(catalogue, service), ...up]
      .filter(({ name }) => name !== service)
      .map(({ name, distance }): ServiceLink => ({
        other: name,
        kind: 'dependency',
        bits: RELATED_LIMIT - 1 - distance,
      }))
      .filter(({ bits }) => bits > -RELATED_LIMIT);
    declared.set(service, links);
    return links;
  };
  const learn = (service: string, now: number): ServiceLink[] => {
    const first = Math.floor(now / DAY) - HORIZON_DAYS;
    const own = within(alone.get(service), first);
    return [...(together.get(service) ?? [])].flatMap(([other, days]): ServiceLink[] => {
      const both = within(days, first);
      if (both < TOGETHER) return [];
      const lift = (both * within(incidents, first)) / (own * Math.max(1, within(alone.get(other), first)));
      if (lift < LIFT) return [];
      return [{ other, kind: 'learnt', bits: Math.min(RELATED_LIMIT - 1, Math.log2(lift)) }];
    });
  };

  // What follows from all of that changes only with a new incident or a new day.
  const links = new Map<string, { version: number; day: number; links: readonly ServiceLink[] }>();

  return {
    of(service: string, now: number): readonly ServiceLink[] {
      const day = Math.floor(now / DAY);
      const known = links.get(service);
      if (known?.version === version && known.day === day) return known.links;
      const all = [...declaredOf(service), ...learn(service, now)];
      links.set(service, { version, day, links: all });
      return all;
    },
    /** An incident has reached one more service. */
    joined(services: readonly string[], added: string, at: number): void {
      const day = Math.floor(at / DAY);
      version += 1;
      if (services.length === 0) keep(incidents, day);
      keep(listOf(alone, added), day);
      for (const other of services.slice(-SERVICES_COUNTED)) {
        for (const [a, b] of [
          [added, other],
          [other, added],
        ] as const) {
          const of = together.get(a) ?? new Map<string, number[]>();
          together.set(a, of);
          if (!of.has(b)) pairs += 1;
          keep(listOf(of, b), day);
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

export type ServiceLinks = ReturnType<typeof createServiceLinks>;

const DAYS_KEPT = 400;

function keep(days: number[], day: number): void {
  days.push(day);
  if (days.length > DAYS_KEPT) days.splice(0, 1);
}

function listOf(map: Map<string, number[]>, key: string): number[] {
  const list = map.get(key) ?? [];
  map.set(key, list);
  return list;
}

function within(days: readonly number[] | undefined, first: number): number {
  let count = 0;
  for (const day of days ?? []) if (day >= first) count += 1;
  return count;
}
