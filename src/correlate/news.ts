import { graver, type StoredAlert } from '../incident/alert.ts';
import type { Incident } from '../incident/incident.ts';
import type { NewEntry } from '../incident/journal.ts';
import { SITREP } from '../incident/person.ts';

/** How the count of a rule in an incident changes. */
export type RuleChange = {
  incidentId: number;
  name: string;
  service: string | null;
  firing: number;
  total: number;
};

/** How a rule stands in an incident after a change. */
export type RuleStanding = {
  name: string;
  service: string | null;
  /** How many of its alerts fire now. */
  firing: number;
  /** Whether it had not fired in this incident before. */
  isNew: boolean;
};

/** An incident, and what a batch of alerts brings to it. */
export type Touched = {
  incident: Incident;
  /** Whether an approved action is under way. */
  acting: boolean;
  /** How many of its alerts fired before. */
  firingBefore: number;
  /** The alert that opened it, where the batch did. */
  opened: { alert: StoredAlert; why: string } | null;
  fired: { alert: StoredAlert; why: string }[];
  ended: StoredAlert[];
};

export type News = {
  entries: NewEntry[];
  /** Whether the incident has to take its next step: it began, it came back, or nothing fires any more. */
  turns: boolean;
};

/**
 * What of a batch is news. The journal tells a story: the first alert of each rule and service, a graver
 * one, the return after a quiet time, and the end of each rule. That the same rule fires a hundred times more
 * is counted in the incident and told by its count. `firingNow`: how many of its alerts fire after the batch.
 */
export function newsOf(touched: Touched, standings: RuleStanding[], firingNow: number): News {
  const { incident, opened, fired, ended, firingBefore } = touched;
  const entries: NewEntry[] = [];
  const untold = new Set(standings.filter((one) => one.isNew).map(ruleKey));
  let severity = opened ? null : incident.severity;
  let silent = firingBefore === 0;
  const first = opened ? [{ alert: opened.alert, why: opened.why }] : [];
  for (const { alert, why } of [...first, ...fired.filter(({ alert: one }) => one !== opened?.alert)]) {
    const isGraver = severity === null || graver(severity, alert.severity) !== severity;
    if (!untold.delete(ruleKey(alert)) && !isGraver && !silent) continue;
    severity = severity === null ? alert.severity : graver(severity, alert.severity);
    silent = false;
    entries.push(firedEntry(alert, incident.id));
    const about = { incidentId: incident.id, actor: SITREP };
    if (alert === opened?.alert)
      entries.push({ kind: 'incident.opened', ...about, title: incident.title, why });
    else entries.push({ kind: 'incident.joined', ...about, alert: alert.name, why });
  }
  const over = new Map(
    [...ended, ...fired.flatMap(({ alert }) => (alert.status === 'resolved' ? [alert] : []))].map((alert) => [
      ruleKey(alert),
      alert,
    ]),
  );
  for (const [key, alert] of over) {
    if (standings.some((one) => ruleKey(one) === key && one.firing > 0)) continue;
    entries.push({
      kind: 'alert.resolved',
      incidentId: incident.id,
      actor: alert.source,
      alert: alert.name,
      service: alert.service,
      source: alert.source,
    });
  }
  const returned = firingBefore === 0 && fired.length > 0;
  return { entries, turns: opened !== null || returned || (firingNow === 0 && over.size > 0) };
}

function firedEntry(alert: StoredAlert, incidentId: number): NewEntry {
  return {
    kind: 'alert.fired',
    incidentId,
    actor: alert.source,
    alert: alert.name,
    severity: alert.severity,
    summary: alert.summary,
    service: alert.service,
    source: alert.source,
    link: alert.link,
  };
}

function ruleKey({ name, service }: { name: string; service: string | null }): string {
  return JSON.stringify([name, service]);
}
