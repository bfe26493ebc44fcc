import { z } from 'zod';
import { byToken } from '../authentication.ts';
import { time, words } from '../fields.ts';
import { keyOf } from '../inert-alert.ts';
import { alertOf, fingerprintOf, plainAlert } from '../plain-alert.ts';
import type { Said, Source } from '../source.ts';

const eventSchema = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
  time,
  subject: words,
  // What does not look like an alert of ours is described by the event alone.
  data: plainAlert
    .extend({ name: words, title: words })
    .catch((wrong) => ({ ...empty, ...titleOf(wrong.value) })),
});

const empty = { ...plainAlert.parse({}), name: null, title: null };

const titleSchema = z.object({ name: words, title: words, severity: words, summary: words, message: words });

function titleOf(data: unknown): object {
  const found = titleSchema.safeParse(data);
  return found.success ? found.data : {};
}

/** Last words of a type that tell whether something begins or ends. */
const ENDED = /[._-](resolved|ok|closed|recovered|cleared|ended)$/i;
const BEGUN = /[._-](firing|triggered|opened|created|started|alerting|raised)$/i;

/**
 * CloudEvents 1.0 in structured mode, one or a batch.
 * Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
 */
export const cloudevents: Source = {
  name: 'cloudevents',
  authentication: byToken,
  mediaType: /^application\/(json|cloudevents(-batch)?\+json)\s*(;|$)/i,
  parse(body, _head, receivedAt): Said {
    const events = Array.isArray(body)
      ? z.array(eventSchema).max(5000).parse(body)
      : [eventSchema.parse(body)];
    const [first] = events;
    return {
      alerts: events.map((event) => alertFrom(event, receivedAt)),
      // Source and id together are what the specification takes a repetition by. A batch has no id.
      deliveryId: !Array.isArray(body) && first ? keyOf(`${first.source} ${first.id}`) : null,
    };
  },
};

function alertFrom({ type, source, subject, time, data }: z.infer<typeof eventSchema>, receivedAt: Date) {
  const status = data.status ?? (ENDED.test(type) ? 'resolved' : 'firing');
  const what = type.replace(ENDED, '').replace(BEGUN, '');
  return alertOf(
    'cloudevents',
    data.name ?? data.title ?? what,
    {
      ...data,
      status,
      // A resolve may well come without the labels of its beginning.
      fingerprint:
        data.fingerprint ?? fingerprintOf([source, subject ?? data.name ?? data.title ?? '', what]),
      summary: data.summary ?? data.title,
      labels: { ...data.labels, event_source: source, event_type: type, ...(subject ? { subject } : {}) },
    },
    time ?? receivedAt,
  );
}
