import { z } from 'zod';
import type { Alert, Severity } from '../incident/alert.ts';
import { firstLine, plain } from '../incident/text.ts';

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

/** Labels that commonly name a service, the most telling first. None of them is required. */
const SERVICE_LABELS = ['service', 'app', 'app_kubernetes_io_name', 'deployment', 'job'] as const;

// A map and not an object: a label may well say “constructor”.
const SEVERITIES = new Map<string, Severity>([
  ['critical', 'critical'],
  ['page', 'critical'],
  ['error', 'critical'],
  ['high', 'critical'],
  ['info', 'info'],
  ['none', 'info'],
  ['low', 'info'],
]);

/** Turns a checked webhook body into alerts. */
export function alertsOf(body: z.infer<typeof alertmanagerSchema>): Alert[] {
  return body.alerts.map((alert) => {
    const name = plain(alert.labels['alertname'] ?? 'unnamed alert', 200);
    const service = SERVICE_LABELS.map((label) => alert.labels[label]).find((value) => value);
    const summary = alert.annotations['summary'] ?? alert.annotations['message'] ?? name;
    return {
      source: 'alertmanager',
      fingerprint: plain(alert.fingerprint, 200),
      startsAt: new Date(alert.startsAt),
      identifiedBy: 'start',
      kind: 'operational',
      status: alert.status,
      endsAt: alert.status === 'resolved' && alert.endsAt ? new Date(alert.endsAt) : null,
      name,
      service: service ? plain(service, 200) : null,
      // An unknown severity counts as warning: it is better to look once too often.
      severity: SEVERITIES.get((alert.labels['severity'] ?? '').toLowerCase()) ?? 'warning',
      summary: firstLine(summary, 300),
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
