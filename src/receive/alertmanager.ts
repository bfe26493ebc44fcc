import { z } from 'zod';
import type { Alert } from '../incident/alert.ts';
import { nameOf, serviceOf, severityOf, summaryOf } from '../incident/labels.ts';
import { plain } from '../incident/text.ts';

const texts = z.record(z.string(), z.string());

// Alertmanager writes year 1 for "has not ended". A fingerprint is required by the format since 0.18.
const alertSchema = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: texts,
  annotations: texts.default({}),
  startsAt: z.iso.datetime({ offset: true }),
  endsAt: z.iso.datetime({ offset: true }).optional(),
  generatorURL: z.string().optional(),
  fingerprint: z.string().min(1).max(200),
});

/**
 * The Alertmanager webhook, version 4; only the fields that are used.
 * Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
export const alertmanagerSchema = z.object({
  version: z.literal('4'),
  alerts: z.array(alertSchema).min(1).max(5000),
});

/** Turns a checked webhook body into alerts. */
export function alertsOf(body: z.infer<typeof alertmanagerSchema>): Alert[] {
  return body.alerts.map((alert) => {
    return {
      source: 'alertmanager',
      fingerprint: plain(alert.fingerprint, 200),
      startsAt: new Date(alert.startsAt),
      identifiedBy: 'start',
      kind: 'operational',
      status: alert.status,
      endsAt: alert.status === 'resolved' && alert.endsAt ? new Date(alert.endsAt) : null,
      name: nameOf(alert.labels, alert.annotations),
      service: serviceOf(alert.labels),
      severity: severityOf(alert.labels),
      summary: summaryOf(alert.labels, alert.annotations),
      description: plain(alert.annotations['description'] ?? '', 2000),
      labels: inert(alert.labels),
      annotations: inert(alert.annotations),
      link:
        alert.generatorURL && /^https?:\/\//.test(alert.generatorURL)
          ? plain(alert.generatorURL, 2000)
          : null,
    };
  });
}

function inert(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [plain(key, 200), plain(value, 4000)]),
  );
}
