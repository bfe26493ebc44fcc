import type { Alert } from '../incident/alert.ts';
import type { NewEntry } from '../incident/journal.ts';
import type { Step } from '../incident/step.ts';
import type { Access } from './access.ts';
import type { Delivery, Receipt } from './delivery.ts';
import { read } from './read.ts';

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

/**
 * Takes one delivery: checked, parsed and committed before it is acknowledged. An alert is known by
 * (source, fingerprint, startsAt); a delivery that repeats what is known changes nothing.
 * Rejects only when the record cannot be written; the caller then answers 503, so that the source retries.
 */
export async function receive(
  delivery: Delivery,
  access: Access,
  transaction: <T>(work: (store: ReceiveStore) => Promise<T>) => Promise<T>,
): Promise<Receipt> {
  const said = await read(delivery, access);
  if (said.kind === 'refused') return { taken: false, refusal: said.refusal };
  const { alerts } = said;
  return transaction(async (store) => {
    let changed = 0;
    let fresh = false;
    for (const alert of alerts) {
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
    return { taken: true, alerts: alerts.length, changed, duplicates: alerts.length - changed };
  });
}
