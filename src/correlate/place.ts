import { graver, type StoredAlert } from '../incident/alert.ts';
import type { Hush } from '../incident/hushed.ts';
import type { Incident } from '../incident/incident.ts';
import type { NewEntry } from '../incident/journal.ts';
import type { Step } from '../incident/step.ts';
import type { Correlator, Decision, Group, Seen } from './decision.ts';
import { newsOf, type RuleChange, type RuleStanding, type Touched } from './news.ts';

/** An alert that has fired or resolved since it was last looked at. */
export type PendingAlert = StoredAlert & {
  /** Whether it has its place already. */
  placed: boolean;
  /** Whether its incident counts it among those that fire, and at all. */
  counted: boolean;
  known: boolean;
};

/** Where an alert belongs. What is kept quiet is shown to nobody at once and counted in the digest. */
export type Place = { kind: 'incident'; incidentId: number } | { kind: 'quiet'; reason: string; why: string };

/** An incident whose row is locked until the transaction ends, so that it cannot end meanwhile. */
export type LockedIncident = Incident & {
  /** Whether an approved action is under way. */
  acting: boolean;
  /** How many of its alerts fire. */
  firing: number;
};

export interface PlaceStore {
  /** In the order in which they came; those that failed before come last. */
  pendingAlerts(limit: number): Promise<PendingAlert[]>;
  /** Alerts that were kept quiet, by id. */
  quietAlerts(ids: number[]): Promise<StoredAlert[]>;
  lockIncidents(ids: number[]): Promise<LockedIncident[]>;
  openIncident(alert: StoredAlert, title: string): Promise<Incident>;
  /** Notes the places of alerts. One that has changed since it was read stays pending. */
  placeAlerts(places: { alert: StoredAlert; place: Place }[]): Promise<void>;
  /** Notes that the ends of placed alerts were seen to. */
  settleAlerts(ids: number[]): Promise<void>;
  changeRules(changes: RuleChange[]): Promise<RuleStanding[]>;
  /** Brings an incident up to what its alerts say, and has its root message shown anew. */
  touchIncident(incident: Incident, joined: boolean): Promise<void>;
  /** Moves it from the state that it had when it was read, and journals that; false where it had moved on. */
  moveIncident(incident: Incident, to: Incident['state'], why: string, by?: string): Promise<boolean>;
  recordAll(entries: NewEntry[]): Promise<void>;
  enqueue(step: Step): Promise<void>;
}

/** What a batch came to. */
export type Placed = { alerts: number; opened: number[] };

/**
 * Gives pending alerts their places and sees to the ends of those that have one: one transaction, in which
 * the caller holds the lease on placing. `correlator` decides and remembers; when this rejects, what it
 * remembers may be ahead of the record, so the caller must throw it away. What people have hushed is not
 * put before it.
 */
export async function placePending(
  store: PlaceStore,
  judges: { correlator: Correlator; hush: (alert: StoredAlert) => Hush | null; now: Date },
  limit: number,
): Promise<Placed> {
  const pending = await store.pendingAlerts(limit);
  const decisions = decide(pending, judges);
  if (pending.length === 0 && decisions.size === 0) return { alerts: 0, opened: [] };
  const alerts = new Map(pending.map((alert): [number, StoredAlert] => [alert.id, alert]));
  // Alerts that were kept quiet earlier and are now brought along.
  const earlier = [...decisions.keys()].filter((id) => !alerts.has(id));
  for (const alert of await store.quietAlerts(earlier)) alerts.set(alert.id, alert);

  const touched = await lockTouched(store, decisions, pending);
  await openGroups(store, decisions, alerts, touched);
  const places: { alert: StoredAlert; place: Place }[] = [];
  for (const [id, decision] of decisions) {
    const alert = alerts.get(id);
    if (!alert) continue;
    if (decision.kind === 'quiet') {
      places.push({ alert, place: { kind: 'quiet', reason: decision.reason, why: decision.why } });
      continue;
    }
    const one = touchedBy(decision.group, touched);
    one.fired.push({ alert, why: decision.why });
    places.push({ alert, place: { kind: 'incident', incidentId: one.incident.id } });
  }
  for (const alert of pending) {
    if (hasEnded(alert) && alert.incidentId !== null) touched.get(alert.incidentId)?.ended.push(alert);
  }
  await store.placeAlerts(places);
  await store.settleAlerts(pending.filter(hasEnded).map(({ id }) => id));
  for (const one of touched.values()) await follow(store, one);
  const opened = [...touched.values()].filter((one) => one.opened !== null);
  return { alerts: pending.length, opened: opened.map((one) => one.incident.id) };
}

type Hushed = { kind: 'quiet' } & Hush;

/** The last decision on every alert, those on earlier quiet ones included. */
function decide(
  pending: PendingAlert[],
  { correlator, hush, now }: Parameters<typeof placePending>[1],
): Map<number, Decision | Hushed> {
  // Time alone may tell something too: that what usually passes by itself has not.
  const decisions = new Map<number, Decision | Hushed>(
    correlator.tick(now).map((one): [number, Decision] => [one.alertId, one]),
  );
  for (const alert of pending) {
    const ends = alert.placed && alert.status === 'resolved';
    if (alert.placed && !ends && alert.incidentId !== null) {
      // It fires again or has become graver: it stays where it is, and the incident hears of it.
      const group = { incidentId: alert.incidentId };
      const why = `${alert.name} is graver now, or fires again`;
      decisions.set(alert.id, { alertId: alert.id, kind: 'joins', group, why, details: () => [] });
      continue;
    }
    const hushed = ends ? null : hush(alert);
    if (hushed) {
      decisions.set(alert.id, { kind: 'quiet', ...hushed });
      continue;
    }
    if (!ends) {
      for (const decision of correlator.place(seen(alert))) decisions.set(decision.alertId, decision);
    }
    if (alert.status === 'resolved') correlator.ended(alert.id, alert.endsAt ?? alert.receivedAt);
  }
  return decisions;
}

/** Whether only its end has to be seen to. */
function hasEnded(alert: PendingAlert): boolean {
  return alert.placed && alert.status === 'resolved';
}

/** A stored alert as correlation sees it. */
export function seen(alert: StoredAlert): Seen {
  const { id, source, fingerprint, name, service, severity, kind, summary, labels, receivedAt } = alert;
  return { id, source, fingerprint, name, service, severity, kind, summary, labels, at: receivedAt };
}

async function lockTouched(
  store: PlaceStore,
  decisions: Map<number, Decision | Hushed>,
  pending: PendingAlert[],
): Promise<Map<number, Touched>> {
  const joined = [...decisions.values()].flatMap((one) =>
    'group' in one ? (one.group.incidentId ?? []) : [],
  );
  const ended = pending.flatMap((alert) => (hasEnded(alert) ? (alert.incidentId ?? []) : []));
  const ids = [...new Set([...joined, ...ended])];
  const locked = ids.length === 0 ? [] : await store.lockIncidents(ids);
  return new Map(
    locked.map(({ acting, firing, ...incident }): [number, Touched] => [
      incident.id,
      { incident, acting, firingBefore: firing, opened: null, fired: [], ended: [] },
    ]),
  );
}

/** Sees to it that every group has an incident that may take alerts up. */
async function openGroups(
  store: PlaceStore,
  decisions: Map<number, Decision | Hushed>,
  alerts: Map<number, StoredAlert>,
  touched: Map<number, Touched>,
): Promise<void> {
  // Whatever was brought along, an incident is named after the alert that opened it.
  const openingFirst = [...decisions].sort(
    ([, one], [, other]) => Number(other.kind === 'opens') - Number(one.kind === 'opens'),
  );
  for (const [id, decision] of openingFirst) {
    const alert = alerts.get(id);
    if (decision.kind === 'quiet' || !alert) continue;
    const known = decision.group.incidentId === null ? null : touched.get(decision.group.incidentId);
    if (known && known.incident.state === 'resolved') {
      const why = `${alert.name} fires again${alert.service ? ` for ${alert.service}` : ''}`;
      if (await store.moveIncident(known.incident, 'open', why)) {
        known.incident = { ...known.incident, state: 'open', resolvedAt: null };
      }
    }
    if (known && known.incident.state !== 'closed') continue;
    // A person closed it in the meantime: that is final, so what comes now is a new incident.
    const incident = await store.openIncident(alert, titleOf(alert));
    decision.group.incidentId = incident.id;
    touched.set(incident.id, {
      incident,
      acting: false,
      firingBefore: 0,
      opened: { alert, why: decision.why },
      fired: [],
      ended: [],
    });
  }
}

function touchedBy(group: Group, touched: Map<number, Touched>): Touched {
  const found = group.incidentId === null ? undefined : touched.get(group.incidentId);
  if (!found) throw new Error(`placePending: incident ${group.incidentId} is not there`);
  return found;
}

function titleOf(alert: StoredAlert): string {
  const named = !alert.service || alert.summary.toLowerCase().includes(alert.service.toLowerCase());
  return named ? alert.summary : `${alert.service}: ${alert.summary}`;
}

/** What follows for one incident from the alerts that fired and ended in it. */
async function follow(store: PlaceStore, touched: Touched): Promise<void> {
  const { incident, fired, ended } = touched;
  if (fired.length === 0 && ended.length === 0) return;
  const services = [...new Set([...incident.services, ...fired.flatMap(({ alert }) => alert.service ?? [])])];
  const severity = fired.reduce((gravest, { alert }) => graver(gravest, alert.severity), incident.severity);
  const changes = changesOf(touched);
  const firingNow = changes.reduce((sum, { firing }) => sum + firing, touched.firingBefore);
  const news = newsOf(touched, await store.changeRules(changes), firingNow);
  await store.recordAll(news.entries);
  await store.touchIncident({ ...incident, services, severity }, fired.length > 0);
  // A newly affected service may point to another cause, so the evidence is collected again; but not while
  // an action changes the very world that would be looked at.
  const newcomer = services.find((one) => !incident.services.includes(one));
  const looksAgain = incident.state === 'awaiting' && !touched.acting && newcomer !== undefined;
  if (looksAgain) await store.moveIncident(incident, 'open', `${newcomer} is affected as well`);
  if (news.turns || looksAgain) await store.enqueue({ kind: 'incident', id: incident.id });
}

function changesOf({ incident, fired, ended }: Touched): RuleChange[] {
  const change = (alert: StoredAlert & Partial<PendingAlert>): RuleChange => ({
    incidentId: incident.id,
    name: alert.name,
    service: alert.service,
    firing:
      Number(alert.status === 'firing') - Number(alert.counted === true && alert.incidentId === incident.id),
    total: alert.known === true && alert.incidentId === incident.id ? 0 : 1,
  });
  return [...fired.map(({ alert }) => change(alert)), ...ended.map(change)];
}
