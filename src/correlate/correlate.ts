import { graver, type StoredAlert } from '../incident/alert.ts';
import type { Incident } from '../incident/incident.ts';
import type { NewEntry } from '../incident/journal.ts';
import type { ServiceCatalogue } from '../incident/service.ts';
import type { Step } from '../incident/step.ts';
import { group, type Candidate } from './group.ts';

export interface CorrelateStore {
  /** Holds off every other correlation until this transaction ends: two alerts must not open two incidents. */
  lockCorrelation(): Promise<void>;
  unassignedAlerts(limit: number): Promise<StoredAlert[]>;
  candidates(since: Date): Promise<Candidate[]>;
  openIncident(alert: StoredAlert, title: string): Promise<Incident>;
  assignAlert(alertId: number, incident: Incident): Promise<void>;
  /** Moves it from the state that it had when it was read, and journals that; false where it had moved on. */
  moveIncident(incident: Incident, to: Incident['state'], why: string, by?: string): Promise<boolean>;
  record(entry: NewEntry): Promise<void>;
  enqueue(step: Step): Promise<void>;
  now(): Promise<Date>;
}

const BATCH = 200;

/** Gives every alert that has no incident yet its incident. Resolves to how many it placed. */
export async function correlate(
  store: CorrelateStore,
  catalogue: ServiceCatalogue,
  windowS: number,
): Promise<number> {
  await store.lockCorrelation();
  const alerts = await store.unassignedAlerts(BATCH);
  if (alerts.length === 0) return 0;
  const now = await store.now();
  for (const alert of alerts) {
    const candidates = await store.candidates(new Date(now.getTime() - windowS * 1000));
    const grouping = group(alert, candidates, catalogue, windowS, now);
    const incident = await place(store, alert, grouping, candidates);
    await store.assignAlert(alert.id, {
      ...incident,
      severity: graver(incident.severity, alert.severity),
      services: [...new Set([...incident.services, ...(alert.service ? [alert.service] : [])])],
    });
    // It may have resolved before it was placed; both facts belong into the journal.
    if (alert.status === 'resolved') {
      await store.record({
        kind: 'alert.resolved',
        incidentId: incident.id,
        actor: alert.source,
        alert: alert.name,
        service: alert.service,
        source: alert.source,
      });
    }
    await store.enqueue({ kind: 'incident', id: incident.id });
  }
  if (alerts.length === BATCH) await store.enqueue({ kind: 'correlate' });
  return alerts.length;
}

async function place(
  store: CorrelateStore,
  alert: StoredAlert,
  grouping: ReturnType<typeof group>,
  candidates: Candidate[],
): Promise<Incident> {
  if (grouping.kind === 'opens') {
    const named = !alert.service || alert.summary.toLowerCase().includes(alert.service.toLowerCase());
    const title = named ? alert.summary : `${alert.service}: ${alert.summary}`;
    const incident = await store.openIncident(alert, title);
    await recordFired(store, alert, incident.id);
    await store.record({
      kind: 'incident.opened',
      incidentId: incident.id,
      actor: 'sitrep',
      title,
      why: grouping.why,
    });
    return incident;
  }
  const incident = candidates.find((one) => one.id === grouping.incidentId);
  if (!incident) throw new Error(`correlate: ${grouping.incidentId} was not among the candidates`);
  if (grouping.kind === 'reopens') await store.moveIncident(incident, 'open', grouping.why);
  // A newly affected service may point to another cause, so the evidence is collected again; but not while
  // an action changes the very world that would be looked at.
  if (
    incident.state === 'awaiting' &&
    !incident.acting &&
    alert.service &&
    !incident.services.includes(alert.service)
  ) {
    await store.moveIncident(incident, 'open', `${alert.service} is affected as well`);
  }
  await recordFired(store, alert, incident.id);
  await store.record({
    kind: 'incident.joined',
    incidentId: incident.id,
    actor: 'sitrep',
    alert: alert.name,
    why: grouping.why,
  });
  return incident;
}

function recordFired(store: CorrelateStore, alert: StoredAlert, incidentId: number): Promise<void> {
  return store.record({
    kind: 'alert.fired',
    incidentId,
    actor: alert.source,
    alert: alert.name,
    severity: alert.severity,
    summary: alert.summary,
    service: alert.service,
    source: alert.source,
    link: alert.link,
  });
}
