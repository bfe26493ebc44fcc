import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Alert } from '../incident/alert.ts';
import { alertmanagerSchema, alertsOf } from './alertmanager.ts';
import type { Delivery, Refusal } from './delivery.ts';

// A map and not an object: the name comes from the URL, and “constructor” is no source.
const sources = new Map<string, (body: unknown) => Alert[]>([
  ['alertmanager', (body) => alertsOf(alertmanagerSchema.parse(body))],
]);

/** What a delivery says, once its sender has proven who it is. */
export type Read =
  | {
      kind: 'alerts';
      alerts: Alert[];
      /** The id that the source gives a delivery and repeats when it sends it again; null where it gives none. */
      deliveryId: string | null;
    }
  | { kind: 'refused'; refusal: Refusal };

/** Checks and parses one delivery; nothing of it is kept yet. */
export function read(delivery: Delivery, token: string): Read {
  const alerts = readAlerts(delivery, token);
  return Array.isArray(alerts)
    ? { kind: 'alerts', alerts, deliveryId: null }
    : { kind: 'refused', refusal: alerts };
}

function readAlerts(delivery: Delivery, token: string): Alert[] | Refusal {
  const parse = sources.get(delivery.source);
  if (!parse) {
    return refusal(
      404,
      `there is no source “${delivery.source}”`,
      `Post to /hooks/${[...sources.keys()].join(' or /hooks/')}.`,
    );
  }
  if (!bearerMatches(delivery.headers['authorization'], token)) {
    return refusal(
      401,
      'the bearer token is missing or wrong',
      'Send “Authorization: Bearer <SITREP_WEBHOOK_TOKEN>”; in Alertmanager set http_config.authorization.credentials.',
    );
  }
  if (!/^application\/json\s*(;|$)/i.test(delivery.headers['content-type'] ?? '')) {
    return refusal(
      415,
      `the content type is ${delivery.headers['content-type'] ?? 'missing'}`,
      'Send application/json.',
    );
  }
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(delivery.body));
  } catch (error) {
    const what = error instanceof SyntaxError ? error.message : 'the body is not valid UTF-8';
    return refusal(400, what, 'Send one JSON object in UTF-8.');
  }
  try {
    return parse(body);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const [first] = error.issues;
    const where = first?.path.join('.') || 'the body';
    return refusal(
      400,
      `${where}: ${first?.message ?? 'wrong shape'}`,
      `Send the documented ${delivery.source} webhook body; the named field does not fit it.`,
    );
  }
}

function refusal(status: Refusal['status'], error: string, fix: string): Refusal {
  return { status, error, fix };
}

// Hashing first makes both sides equally long, which the constant-time comparison needs.
function bearerMatches(header: string | undefined, token: string): boolean {
  const given = /^Bearer (.+)$/i.exec(header ?? '')?.[1];
  if (!given || !token) return false;
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(token));
}
