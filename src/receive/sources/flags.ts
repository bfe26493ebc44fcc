import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { RecordedChange } from '../../incident/change.ts';
import { time, words } from '../fields.ts';
import { byToken } from '../authentication.ts';
import type { Said, Source } from '../source.ts';

const value = z
  .unknown()
  .optional()
  .transform((one) =>
    one === undefined || one === null ? null : typeof one === 'string' ? one : JSON.stringify(one),
  );

/** Our own shape: one switched flag. */
const ownSchema = z.object({
  flag: z.string().min(1),
  before: value,
  after: value,
  at: time,
  by: words,
  service: words,
  environment: words,
  why: words,
  url: words,
  id: words,
});

/** Unleash's events: https://docs.getunleash.io/concepts/events */
const unleashSchema = z.object({
  type: z.string().startsWith('feature-'),
  featureName: z.string().min(1),
  id: z
    .union([z.string(), z.number().transform(String)])
    .nullish()
    .catch(null),
  createdAt: time,
  createdBy: words,
  environment: words,
  project: words,
  preData: value,
  data: value,
});

/** LaunchDarkly's audit log entries: https://launchdarkly.com/docs/home/infrastructure/webhooks */
const launchDarklySchema = z.object({
  _id: z.string(),
  kind: z.literal('flag'),
  name: z.string().min(1),
  date: z.number(),
  titleVerb: words,
  description: words,
  member: z.object({ email: words }).nullish().catch(null),
  accesses: z.array(z.object({ action: words, resource: words })).catch([]),
});

const cloudEventSchema = z.object({ specversion: z.literal('1.0'), id: z.string(), time, data: z.unknown() });

/**
 * What was switched in a feature-flag service: our own JSON, one or a list, also as the data of a CloudEvent
 * (which is how flagd's setups forward theirs), or the messages of Unleash and LaunchDarkly as they come.
 */
export const flags: Source = {
  name: 'flags',
  authentication: byToken,
  mediaType: /^application\/(json|cloudevents\+json)\s*(;|$)/i,
  parse(body, _head, receivedAt): Said {
    const all = Array.isArray(body) ? z.array(z.unknown()).max(1000).parse(body) : [body];
    return { alerts: [], changes: all.map((one) => changeOf(one, receivedAt)), deliveryId: null };
  },
};

function changeOf(body: unknown, receivedAt: Date): RecordedChange {
  const unleash = unleashSchema.safeParse(body);
  if (unleash.success) {
    const { featureName, type, id, createdAt, createdBy, environment, preData, data } = unleash.data;
    const switched = /-(enabled|disabled)$/.exec(type)?.[1];
    return flagChange('unleash', featureName, id, createdAt ?? receivedAt, {
      by: createdBy,
      environment,
      before: switched === undefined ? preData : switched === 'enabled' ? 'disabled' : 'enabled',
      after: switched ?? data,
      why: type,
    });
  }
  const launchDarkly = launchDarklySchema.safeParse(body);
  if (launchDarkly.success) {
    const { _id, name, date, titleVerb, description, member, accesses } = launchDarkly.data;
    const resource = accesses[0]?.resource ?? '';
    return flagChange('launchdarkly', /:flag\/([^;:]+)/.exec(resource)?.[1] ?? name, _id, new Date(date), {
      by: member?.email,
      environment: /:env\/([^;:]+)/.exec(resource)?.[1],
      before: null,
      after: /turned (on|off)/.exec(titleVerb ?? '')?.[1] ?? null,
      why: description || titleVerb,
    });
  }
  const event = cloudEventSchema.safeParse(body);
  const own = ownSchema.parse(event.success ? event.data.data : body);
  const at = own.at ?? (event.success ? event.data.time : null) ?? receivedAt;
  return flagChange('own', own.flag, own.id ?? (event.success ? event.data.id : null), at, own);
}

function flagChange(
  from: 'own' | 'unleash' | 'launchdarkly',
  key: string,
  id: string | null | undefined,
  at: Date,
  said: {
    by?: string | null | undefined;
    environment?: string | null | undefined;
    service?: string | null | undefined;
    before: string | null;
    after: string | null;
    why?: string | null | undefined;
    url?: string | null | undefined;
  },
): RecordedChange {
  const { before, after, environment = null } = said;
  // Without an id, the same switch at the same time is a repetition.
  const name = id ?? JSON.stringify([at, environment, before, after]);
  return {
    kind: 'flag',
    repo: `flags:${from}`,
    key: createHash('sha256').update(`${key} ${name}`).digest('hex'),
    at,
    author: said.by ?? 'unknown',
    subject: `${key}: ${before ?? 'unknown'} → ${after ?? 'unknown'}`,
    body: said.why ?? '',
    files: [],
    url: said.url ?? null,
    service: said.service ?? null,
    environment,
    sha: null,
    flag: { key, before, after },
    complete: true,
  };
}
