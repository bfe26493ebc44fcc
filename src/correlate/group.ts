import type { Alert } from '../incident/alert.ts';
import { incidentName, isOngoing, type Incident } from '../incident/incident.ts';
import { withDependencies, type ServiceCatalogue } from '../incident/service.ts';

/** Where an alert belongs, and why. */
export type Grouping =
  | { kind: 'joins'; incidentId: number; why: string }
  | { kind: 'reopens'; incidentId: number; why: string }
  | { kind: 'opens'; why: string };

/** An incident that an alert might belong to, with the rules that have fired in it. */
export type Candidate = Incident & {
  alertNames: string[];
  /** Whether any of its alerts still fires: then it goes on, however long ago the last one came. */
  firing: boolean;
  /** Whether an approved action is under way. */
  acting: boolean;
};

/**
 * The incident that an alert belongs to; deterministic, no clock but `now`.
 *
 * It joins an ongoing incident that still fires or whose last alert is at most `windowS` seconds old, when both are about
 * the same service, or one's service depends on the other's (as sitrep.yaml declares), or, where the
 * alert names no service, when the same rule fired there. The nearest service wins, then the youngest
 * incident. A resolved incident of the very same rule and service within the window is reopened.
 */
export function group(
  alert: Pick<Alert, 'name' | 'service'>,
  candidates: readonly Candidate[],
  catalogue: ServiceCatalogue,
  windowS: number,
  now: Date,
): Grouping {
  const fresh = candidates.filter(
    (one) => one.firing || now.getTime() - one.lastAlertAt.getTime() <= windowS * 1000,
  );
  const ranked = fresh
    .filter((one) => isOngoing(one.state))
    .map((one) => ({ one, link: linkBetween(alert, one, catalogue) }))
    .filter((pair): pair is { one: Candidate; link: Link } => pair.link !== null)
    .sort((a, b) => a.link.distance - b.link.distance || b.one.id - a.one.id);
  const [best] = ranked;
  if (best) return { kind: 'joins', incidentId: best.one.id, why: best.link.why };

  const again = fresh.find(
    (one) =>
      one.state === 'resolved' &&
      one.alertNames.includes(alert.name) &&
      one.services.includes(alert.service ?? ''),
  );
  if (again) {
    return { kind: 'reopens', incidentId: again.id, why: `${alert.name} fires again for ${alert.service}` };
  }
  const minutes = Math.round(windowS / 60);
  return {
    kind: 'opens',
    why: alert.service
      ? `no ongoing incident of the last ${minutes} min touches ${alert.service} or what it depends on`
      : `the alert names no service and ${alert.name} has no ongoing incident`,
  };
}

type Link = { distance: number; why: string };

function linkBetween(
  alert: Pick<Alert, 'name' | 'service'>,
  incident: Candidate,
  catalogue: ServiceCatalogue,
): Link | null {
  const { service } = alert;
  if (service === null) {
    return incident.alertNames.includes(alert.name)
      ? { distance: 0, why: `same rule as in ${incidentName(incident.id)}` }
      : null;
  }
  if (incident.services.includes(service)) return { distance: 0, why: `same service: ${service}` };
  const links = incident.services.flatMap((other) => {
    const down = distanceTo(catalogue, service, other);
    const up = distanceTo(catalogue, other, service);
    return [
      ...(down === null ? [] : [{ distance: down, why: `${service} depends on ${other}` }]),
      ...(up === null ? [] : [{ distance: up, why: `${other} depends on ${service}` }]),
    ];
  });
  return links.sort((a, b) => a.distance - b.distance)[0] ?? null;
}

function distanceTo(catalogue: ServiceCatalogue, from: string, to: string): number | null {
  return withDependencies(catalogue, from).find((one) => one.name === to)?.distance ?? null;
}
