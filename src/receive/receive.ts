import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Alert } from '../incident/alert.ts';
import type { NewEntry } from '../incident/journal.ts';
import type { Step } from '../incident/step.ts';
import { alertmanagerSchema, alertsOf } from './alertmanager.ts';
import type { Delivery, Receipt, Refusal } from './delivery.ts';

/** What an alert did to the record of alerts. */
export type AlertChange =
  /** A firing alert that was not known. */
  | { change: 'new'; id: number }
  /** A known firing alert that has now resolved. */
  | { change: 'resolved'; id: number; incidentId: number | null }
  /** A resolve of something never seen: kept, so that a late firing of it opens nothing. */
  | { change: 'tombstone'; id: number }
  /** Nothing new. */
  | { change: 'none' };

export interface ReceiveStore {
  recordAlert(alert: Alert): Promise<AlertChange>;
  record(entry: NewEntry): Promise<void>;
  enqueue(step: Step): Promise<void>;
}

// A map and not an object: the name comes from the URL, and “constructor” is no source.
const sources = new Map<string, (body: unknown) => Alert[]>([
  ['alertmanager', (body) => alertsOf(alertmanagerSchema.parse(body))],
]);

/**
 * Takes one delivery: checked, parsed and committed before it is acknowledged. An alert is known by
 * (source, fingerprint, startsAt); a delivery that repeats what is known changes nothing.
 * Rejects only when the record cannot be written; the caller then answers 503, so that the source retries.
 */
export async function receive(
  delivery: Delivery,
  token: string,
  transaction: <T>(work: (store: ReceiveStore) => Promise<T>) => Promise<T>,
): Promise<Receipt> {
  const read = readAlerts(delivery, token);
  if (!Array.isArray(read)) return { taken: false, refusal: read };
  return transaction(async (store) => {
    let changed = 0;
    let fresh = false;
    for (const alert of read) {
      const change = await store.recordAlert(alert);
      if (change.change !== 'none') changed += 1;
      if (change.change === 'resolved' && change.incidentId !== null) {
        await store.record({
          kind: 'alert.resolved',
          incidentId: change.incidentId,
          actor: alert.source,
          alert: alert.name,
          service: alert.service,
          source: alert.source,
        });
        await store.enqueue({ kind: 'incident', id: change.incidentId });
      }
      if (change.change === 'new') fresh = true;
    }
    // One step places them all; a step for each would hold up thousands in one delivery.
    if (fresh) await store.enqueue({ kind: 'correlate' });
    return { taken: true, alerts: read.length, changed, duplicates: read.length - changed };
  });
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
  if (!bearerMatches(delivery.authorization, token)) {
    return refusal(
      401,
      'the bearer token is missing or wrong',
      'Send “Authorization: Bearer <SITREP_WEBHOOK_TOKEN>”; in Alertmanager set http_config.authorization.credentials.',
    );
  }
  if (!/^application\/json\s*(;|$)/i.test(delivery.contentType ?? '')) {
    return refusal(415, `the content type is ${delivery.contentType ?? 'missing'}`, 'Send application/json.');
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
