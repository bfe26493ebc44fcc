import { z } from 'zod';
import { graver } from '../../incident/alert.ts';
import { byToken } from '../authentication.ts';
import { severityOf } from '../../incident/severity.ts';
import { inertAlert } from '../inert-alert.ts';
import { JSON_TYPE, type Source } from '../source.ts';

/** A variable of the template; Datadog leaves those that it does not know as they stand. */
const filled = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null)
  .transform((text) => (text && !/^(\$[A-Z_]+|null|none|n\/a)$/i.test(text.trim()) ? text.trim() : null));

/** The body of docs/datadog-webhook.json. Datadog has none of its own: its users write it. */
const schema = z.object({
  alert_id: filled,
  alert_cycle_key: filled,
  aggreg_key: filled,
  alert_transition: z.string(),
  alert_title: filled,
  alert_type: filled,
  priority: filled,
  scope: filled,
  metric: filled,
  query: filled,
  hostname: filled,
  link: filled,
  tags: filled,
  text: filled,
  date_posix: filled,
});

/**
 * Datadog's webhooks integration with the template that this project ships. It signs nothing.
 * Source: https://docs.datadoghq.com/integrations/webhooks/
 */
export const datadog: Source = {
  name: 'datadog',
  authentication: byToken,
  mediaType: JSON_TYPE,
  parse(body, _head, receivedAt) {
    const said = schema.parse(body);
    const happened = secondsAt(said.date_posix) ?? receivedAt;
    const tags = tagsOf(said.tags);
    // “Recovered” is the one transition that ends an alert; also one that we have never heard of fires.
    const ended = /^recovered\b/i.test(said.alert_transition.trim()) ? happened : null;
    const alert = inertAlert({
      source: 'datadog',
      // A monitor alerts once for each of its groups.
      fingerprint: said.alert_id
        ? `${said.alert_id} ${said.scope ?? ''}`
        : (said.aggreg_key ?? said.alert_cycle_key ?? said.alert_title ?? 'unnamed'),
      identifiedBy: 'fingerprint',
      startsAt: happened,
      endedAt: ended,
      // The transition that Datadog puts before a title would make another name of every state.
      name: (said.alert_title ?? '').replace(/^(\[[^\]]*\]\s*)+/, ''),
      severity: ended
        ? severityOf(said.priority)
        : graver(severityOf(said.alert_type), severityOf(said.priority)),
      summary: said.alert_title,
      description: said.text,
      labels: {
        ...tags,
        monitor_id: said.alert_id,
        scope: said.scope,
        host: said.hostname ?? tags['host'],
        metric: said.metric,
        priority: said.priority,
      },
      annotations: { query: said.query, transition: said.alert_transition },
      link: said.link,
    });
    return { alerts: [alert], deliveryId: null };
  },
};

/** `service:checkout,env:prod` as labels; a tag without a value says “true”. */
function tagsOf(tags: string | null): Record<string, string> {
  const pairs = (tags ?? '').split(',').flatMap((tag): [string, string][] => {
    const [key = '', ...value] = tag.trim().split(':');
    return key === '' ? [] : [[key, value.join(':') || 'true']];
  });
  return Object.fromEntries(pairs.slice(0, 100));
}

function secondsAt(text: string | null): Date | null {
  const seconds = Number(text ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 && seconds < 8e12 ? new Date(seconds * 1000) : null;
}
