import { z } from 'zod';
import { byToken } from '../authentication.ts';
import { severityOf } from '../../incident/severity.ts';
import { words } from '../fields.ts';
import { inertAlert } from '../inert-alert.ts';
import { JSON_TYPE, type Source } from '../source.ts';

const list = z.array(z.string()).nullish().catch(null);
const number = z.number().nullish().catch(null);

const schema = z.object({
  action: z.string(),
  alert: z.object({
    alertId: z.string().min(1),
    alias: words,
    message: words,
    description: words,
    priority: words,
    entity: words,
    source: words,
    tags: list,
    /** Milliseconds since 1970. */
    createdAt: number,
    /** Nanoseconds since 1970. */
    updatedAt: number,
    details: z.record(z.string(), z.unknown()).nullish().catch(null),
  }),
  integrationName: words,
});

const BEGINS = new Set(['Create', 'UpdatePriority', 'EscalateNext', 'Escalate']);
const ENDS = new Set(['Close', 'Delete']);

/**
 * Opsgenie's outgoing webhook, which Jira Service Management sends too. It signs nothing.
 * Source: https://support.atlassian.com/opsgenie/docs/opsgenie-edge-connector-alert-action-data/
 */
export const opsgenie: Source = {
  name: 'opsgenie',
  authentication: byToken,
  mediaType: JSON_TYPE,
  parse(body, _head, receivedAt) {
    const { action, alert, integrationName } = schema.parse(body);
    // Acknowledging, assigning and noting change nothing about what is wrong.
    if (!BEGINS.has(action) && !ENDS.has(action)) return { alerts: [], deliveryId: null };
    const ended = ENDS.has(action) ? (at(alert.updatedAt, 1e6) ?? receivedAt) : null;
    const tags = Object.fromEntries(
      (alert.tags ?? []).slice(0, 100).flatMap((tag) => {
        const [key = '', ...value] = tag.split(':');
        return value.length > 0 ? [[key.trim(), value.join(':').trim()]] : [];
      }),
    );
    const details = Object.fromEntries(
      Object.entries(alert.details ?? {}).flatMap(([key, value]) =>
        typeof value === 'string' ? [[key, value]] : [],
      ),
    );
    const one = inertAlert({
      source: 'opsgenie',
      // At most one alert with an alias is open at a time.
      fingerprint: alert.alias || alert.alertId,
      identifiedBy: 'fingerprint',
      startsAt: ended ?? at(alert.createdAt, 1) ?? receivedAt,
      endedAt: ended,
      name: alert.message ?? '',
      // P3 is what an alert has that was given no priority.
      severity: severityOf(alert.priority),
      summary: alert.message,
      description: alert.description,
      labels: {
        ...tags,
        ...details,
        entity: alert.entity || null,
        source: alert.source,
        priority: alert.priority,
        integration: integrationName,
      },
      annotations: { tags: alert.tags?.join(', ') },
    });
    return { alerts: [one], deliveryId: null };
  },
};

function at(value: number | null | undefined, perMs: number): Date | null {
  return value && value > 0 && value / perMs < 8e15 ? new Date(Math.floor(value / perMs)) : null;
}
