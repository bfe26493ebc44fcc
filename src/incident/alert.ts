/** One firing or resolved signal, identified by (source, fingerprint, startsAt). */
export type Alert = {
  source: string;
  fingerprint: string;
  startsAt: Date;
  /**
   * What tells one firing of this signal from the next. `start`: the source repeats `startsAt` with every
   * message about it, the resolve included. `fingerprint`: it does not, so at most one fires at a time and
   * a resolve ends the one that had begun by then; `startsAt` of such a resolve is when it ended.
   */
  identifiedBy: 'start' | 'fingerprint';
  kind: AlertKind;
  status: AlertStatus;
  /** Null while the alert fires. */
  endsAt: Date | null;
  name: string;
  /** The service that the labels name, if any. No label is required of anybody. */
  service: string | null;
  severity: Severity;
  summary: string;
  description: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Where the source shows this alert. */
  link: string | null;
};

/** What a signal speaks of. Cost and security signals take the same way as faults of what runs. */
export type AlertKind = 'operational' | 'security' | 'cost';

export type AlertStatus = 'firing' | 'resolved';

export type Severity = 'critical' | 'warning' | 'info';

/** An alert that has been committed. */
export type StoredAlert = Alert & { id: number; incidentId: number | null; receivedAt: Date };

const weight = { critical: 2, warning: 1, info: 0 } as const satisfies Record<Severity, number>;

/** The graver of two severities: an incident is never shown as milder than its worst alert. */
export function graver(a: Severity, b: Severity): Severity {
  return weight[a] >= weight[b] ? a : b;
}
