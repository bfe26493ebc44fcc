import { z } from 'zod';
import type { Alert } from '../incident/alert.ts';
import { labelledSeverity, nameOf } from '../incident/labels.ts';
import { labels, words } from './fields.ts';
import { inertAlert } from './inert-alert.ts';

/**
 * One alert as Prometheus' Alertmanager and Grafana both send it. Year 1 as its end means that it has not
 * ended. A fingerprint is part of the format since Alertmanager 0.18.
 */
const alertSchema = z.object({
  status: z.enum(['firing', 'resolved']),
  labels,
  annotations: labels,
  startsAt: z.iso.datetime({ offset: true }),
  endsAt: z.iso.datetime({ offset: true }).nullish().catch(null),
  generatorURL: words,
  fingerprint: z.string().min(1).max(200),
});

export const prometheusAlerts = z.array(alertSchema).min(1).max(5000);

/** Turns checked alerts of either into ours; `linkOf` picks the page that shows one. */
export function alertsOf<T extends z.infer<typeof alertSchema>>(
  source: string,
  alerts: readonly T[],
  linkOf: (alert: T) => string | null | undefined,
): Alert[] {
  return alerts.map((alert) => {
    const startsAt = new Date(alert.startsAt);
    const ended = alert.endsAt ? new Date(alert.endsAt) : startsAt;
    return inertAlert({
      source,
      fingerprint: alert.fingerprint,
      startsAt,
      identifiedBy: 'start',
      // An end before the start is Go's “no time”, the year 1.
      endedAt: alert.status === 'firing' ? null : ended < startsAt ? startsAt : ended,
      name: nameOf(alert.labels, alert.annotations),
      severity: labelledSeverity(alert.labels),
      summary: alert.annotations['summary'] ?? alert.annotations['message'],
      description: alert.annotations['description'],
      labels: alert.labels,
      annotations: alert.annotations,
      link: linkOf(alert),
    });
  });
}
