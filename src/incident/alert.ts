/** One firing or resolved signal, identified by (source, fingerprint, startsAt). */
export type Alert = {
  source: string;
  fingerprint: string;
  startsAt: Date;
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

export type AlertStatus = 'firing' | 'resolved';

export type Severity = 'critical' | 'warning' | 'info';

/** An alert that has been committed. */
export type StoredAlert = Alert & { id: number; incidentId: number | null; receivedAt: Date };

const weight = { critical: 2, warning: 1, info: 0 } as const satisfies Record<Severity, number>;

/** The graver of two severities: an incident is never shown as milder than its worst alert. */
export function graver(a: Severity, b: Severity): Severity {
  return weight[a] >= weight[b] ? a : b;
}
