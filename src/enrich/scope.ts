import type { StoredAlert } from '../incident/alert.ts';
import type { Incident } from '../incident/incident.ts';
import { hasHelped, type OwnAction } from '../incident/own-action.ts';
import { dependants, withDependencies, type Service, type ServiceCatalogue } from '../incident/service.ts';
import type { Affected } from './changed.ts';

/** The alerting services and what they depend on, each at its smallest distance; dependants are not suspects. */
export function affectedServices(incident: Incident, catalogue: ServiceCatalogue): Affected[] {
  const distances = new Map<string, number>();
  for (const service of incident.services) {
    for (const { name, distance } of withDependencies(catalogue, service)) {
      distances.set(name, Math.min(distance, distances.get(name) ?? Infinity));
    }
  }
  return [...distances]
    .sort(([, a], [, b]) => a - b)
    .map(([name, distance]) => ({
      name,
      distance,
      paths: catalogue.get(name)?.github?.paths ?? [],
    }));
}

/**
 * The alerts that are still to be explained. What began before an action of Sitrep that helped has been explained
 * by it; what began afterwards must not be put down to what was cured then.
 */
export function sinceCure(
  alerts: readonly StoredAlert[],
  services: readonly Service[],
  own: readonly OwnAction[],
): readonly StoredAlert[] {
  const cure = own.findLast(
    (action) =>
      hasHelped(action) &&
      services.some(
        ({ kubernetes }) =>
          kubernetes?.namespace === action.namespace && kubernetes.deployment === action.deployment,
      ),
  );
  const since = alerts.filter(
    ({ status, startsAt }) => status === 'firing' && (!cure || startsAt >= cure.at),
  );
  return cure && since.length > 0 ? since : alerts;
}

/** The services, and those that depend on one of them: what they suffer shows where it began. */
export function withDependants(services: readonly Service[], catalogue: ServiceCatalogue): Service[] {
  const above = services.flatMap(({ name }) => dependants(catalogue, name));
  return [...services, ...[...new Set(above)].flatMap((name) => catalogue.get(name) ?? [])].filter(
    (one, place, all) => all.indexOf(one) === place,
  );
}
