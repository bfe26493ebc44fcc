import { z } from 'zod';
import type { Alert } from '../../incident/alert.ts';
import { byHmac } from '../authentication.ts';
import { severityOf } from '../../incident/severity.ts';
import { time, words } from '../fields.ts';
import { inertAlert, keyOf } from '../inert-alert.ts';
import { fingerprintOf } from '../plain-alert.ts';
import { exceptionSchema, traceOf } from './sentry-trace.ts';
import { JSON_TYPE, type Said, type Source } from '../source.ts';

const id = z.union([z.string().min(1), z.number().transform(String)]);
const wordy = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null);

const issueAlertSchema = z.object({
  data: z.object({
    event: z.object({
      issue_id: id,
      title: words,
      culprit: words,
      level: words,
      datetime: time,
      project: wordy,
      environment: words,
      release: words,
      platform: words,
      web_url: words,
      exception: exceptionSchema,
    }),
    triggered_rule: words,
  }),
});

const metricAlertSchema = z.object({
  action: z.enum(['critical', 'warning', 'resolved']),
  data: z.object({
    description_title: words,
    description_text: words,
    web_url: words,
    metric_alert: z.object({
      id,
      title: words,
      date_started: time,
      date_closed: time,
      alert_rule: z.object({ id, name: words }).nullish().catch(null),
      projects: z.array(z.string()).nullish().catch(null),
    }),
  }),
});

const issueSchema = z.object({
  action: z.string(),
  data: z.object({
    issue: z.object({
      id,
      title: words,
      level: words,
      culprit: words,
      project: z.object({ slug: words }).nullish().catch(null),
      web_url: words,
    }),
  }),
});

/**
 * An internal integration of Sentry: issue alerts, metric alerts, and what becomes of an issue.
 * Source: https://docs.sentry.io/organization/integrations/integration-platform/webhooks/
 */
export const sentry: Source = {
  name: 'sentry',
  authentication: byHmac({
    variable: 'SENTRY_CLIENT_SECRET',
    header: 'sentry-hook-signature',
    signatures: (header) => [header.trim()],
  }),
  mediaType: JSON_TYPE,
  parse(body, head, receivedAt): Said {
    const alerts = alertsIn(head.headers['sentry-hook-resource'], body, receivedAt);
    const request = head.headers['request-id'];
    // The request's id is not signed, and neither is a time: whoever had seen the end of an alert could
    // send it again with another id and end the next one. So an end is known by all that it says.
    if (alerts.some((alert) => alert.status === 'resolved')) {
      return { alerts, deliveryId: fingerprintOf([JSON.stringify(body)]) };
    }
    return { alerts, deliveryId: request ? keyOf(request) : null };
  },
};

function alertsIn(resource: string | undefined, body: unknown, receivedAt: Date): Alert[] {
  switch (resource) {
    case 'event_alert':
      return [issueAlert(body, receivedAt)];
    case 'metric_alert':
      return [metricAlert(body, receivedAt)];
    case 'issue':
      return issue(body, receivedAt);
    default:
      // Installations, comments and single errors are nobody's alert.
      return [];
  }
}

function issueAlert(body: unknown, receivedAt: Date) {
  const { event, triggered_rule } = issueAlertSchema.parse(body).data;
  return inertAlert({
    source: 'sentry',
    fingerprint: `issue ${event.issue_id}`,
    identifiedBy: 'fingerprint',
    startsAt: event.datetime ?? receivedAt,
    endedAt: null,
    name: event.title ?? triggered_rule ?? '',
    severity: severityOf(event.level),
    summary: event.title,
    description: event.culprit,
    labels: {
      rule: triggered_rule,
      project: event.project,
      environment: event.environment,
      release: event.release,
      platform: event.platform,
      level: event.level,
    },
    annotations: { stacktrace: traceOf(event.exception) },
    link: event.web_url,
  });
}

function metricAlert(body: unknown, receivedAt: Date) {
  const { action, data } = metricAlertSchema.parse(body);
  const { metric_alert: alert } = data;
  const ended = action === 'resolved' ? (alert.date_closed ?? receivedAt) : null;
  return inertAlert({
    source: 'sentry',
    fingerprint: `metric alert ${alert.alert_rule?.id ?? alert.id}`,
    identifiedBy: 'fingerprint',
    startsAt: ended ?? alert.date_started ?? receivedAt,
    endedAt: ended,
    name: alert.alert_rule?.name ?? alert.title ?? '',
    severity: action === 'resolved' ? 'warning' : action,
    summary: data.description_title,
    description: data.description_text,
    labels: { rule: alert.alert_rule?.name, project: alert.projects?.join(',') },
    link: data.web_url,
  });
}

/** A new issue is no alert by itself: a rule of Sentry's says which are. What ends and what comes back is. */
function issue(body: unknown, receivedAt: Date) {
  const { action, data } = issueSchema.parse(body);
  const ends = action === 'resolved' || action === 'archived' || action === 'ignored';
  if (!ends && action !== 'unresolved') return [];
  return [
    inertAlert({
      source: 'sentry',
      fingerprint: `issue ${data.issue.id}`,
      identifiedBy: 'fingerprint',
      startsAt: receivedAt,
      endedAt: ends ? receivedAt : null,
      name: data.issue.title ?? '',
      severity: severityOf(data.issue.level),
      summary: data.issue.title,
      description: data.issue.culprit,
      labels: { project: data.issue.project?.slug, level: data.issue.level },
      link: data.issue.web_url,
    }),
  ];
}
