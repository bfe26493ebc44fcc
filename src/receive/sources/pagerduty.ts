import { z } from 'zod';
import type { Severity } from '../../incident/alert.ts';
import { byHmac } from '../authentication.ts';
import { severityOf } from '../../incident/severity.ts';
import { time, words } from '../fields.ts';
import { inertAlert, keyOf } from '../inert-alert.ts';
import { JSON_TYPE, type Said, type Source } from '../source.ts';

const reference = z.object({ summary: words }).nullish().catch(null);

/** A webhook of version 3. What `data` is depends on the kind of event, so it is looked at later. */
const schema = z.object({
  event: z.object({
    id: z.string().min(1).max(200),
    event_type: z.string(),
    occurred_at: time,
    data: z.unknown(),
  }),
});

const incidentSchema = z.object({
  type: z.literal('incident'),
  id: z.string().min(1),
  status: z.enum(['triggered', 'acknowledged', 'resolved']),
  title: words,
  html_url: words,
  created_at: time,
  reopened_at: time,
  service: reference,
  priority: reference,
  urgency: words,
  escalation_policy: reference,
});

/**
 * PagerDuty's incidents, by its generic webhooks of version 3. Several signatures in one header are how it
 * changes secrets. It tries again for two days, with the same event id.
 * Source: https://developer.pagerduty.com/docs/webhooks-overview
 */
export const pagerduty: Source = {
  name: 'pagerduty',
  authentication: byHmac({
    variable: 'PAGERDUTY_WEBHOOK_SECRET',
    header: 'x-pagerduty-signature',
    signatures: (header) =>
      header.split(',').flatMap((one) => (one.trim().startsWith('v1=') ? [one.trim().slice(3)] : [])),
  }),
  mediaType: JSON_TYPE,
  parse(body, _head, receivedAt): Said {
    const { event } = schema.parse(body);
    const deliveryId = keyOf(event.id);
    // Notes, responders, changes of a service and the like are not about whether something is wrong.
    if (!/^incident\.[a-z_]+$/.test(event.event_type)) return { alerts: [], deliveryId };
    const checked = incidentSchema.safeParse(event.data);
    if (!checked.success) {
      const must = ['incident.triggered', 'incident.reopened', 'incident.resolved'];
      if (must.includes(event.event_type)) throw checked.error;
      return { alerts: [], deliveryId };
    }
    const incident = checked.data;
    const happened = event.occurred_at ?? receivedAt;
    const ended = incident.status === 'resolved' ? happened : null;
    const alert = inertAlert({
      source: 'pagerduty',
      fingerprint: incident.id,
      identifiedBy: 'fingerprint',
      startsAt: ended ?? incident.reopened_at ?? incident.created_at ?? happened,
      endedAt: ended,
      name: incident.title ?? '',
      service: incident.service?.summary,
      severity: severityOfIncident(incident.priority?.summary, incident.urgency),
      summary: incident.title,
      labels: {
        service: incident.service?.summary,
        priority: incident.priority?.summary,
        urgency: incident.urgency,
        escalation_policy: incident.escalation_policy?.summary,
      },
      link: incident.html_url,
    });
    return { alerts: [alert], deliveryId };
  },
};

/** Urgency says whether somebody is woken; a priority, which not everybody sets, can only raise it. */
function severityOfIncident(priority: string | null | undefined, urgency: string | null): Severity {
  return urgency === 'high' || severityOf(priority) === 'critical' ? 'critical' : 'warning';
}
