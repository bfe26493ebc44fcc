import type { Alert } from '../incident/alert.ts';
import type { RecordedChange } from '../incident/change.ts';
import type { Access } from './access.ts';
import { refusal, type Delivery, type Receipt } from './delivery.ts';
import { Busy, groupCommit, type GroupLimits } from './group-commit.ts';
import { read } from './read.ts';

/** What one delivery tells, as it is to be recorded. */
export type Batch = {
  source: string;
  /** The id that the source repeats when it sends the same delivery again; null where it gives none. */
  deliveryId: string | null;
  alerts: Alert[];
  changes?: RecordedChange[];
};

/** What a delivery did to the record: every alert is one of fresh, resolved and repeated. */
export type Recorded = { fresh: number; resolved: number; repeated: number };

export interface IntakeStore {
  /**
   * Records deliveries in their order; resolves to one answer for each. An alert is known by
   * (source, fingerprint, startsAt), or where its source does not repeat the start by (source, fingerprint)
   * while it fires; what is known already changes nothing. A resolve of what was never seen is kept, so that
   * a late firing of it opens nothing. Changes are committed along with the alerts.
   */
  recordDeliveries(batches: Batch[]): Promise<Recorded[]>;
}

/** A commit of more holds the others up for longer than it saves. */
const LIMITS: GroupLimits = { perCommit: 1000, waiting: 20_000, deadlineMs: 5000 };

/**
 * Takes deliveries: checked, parsed and committed before they are acknowledged. Refuses with 503 when too much
 * waits or the commit takes too long, and rejects when the record cannot be written; the source then retries.
 */
export function createReceiver(ports: {
  access: Access;
  transaction: <T>(work: (store: IntakeStore) => Promise<T>) => Promise<T>;
  /** Wakes whoever places alerts, after they are committed; a hint that may get lost. */
  ring: () => void;
  /** Whether an error says that the database is away, so that trying single deliveries makes no sense. */
  isAway: (error: unknown) => boolean;
  limits?: Partial<GroupLimits>;
}): (delivery: Delivery) => Promise<Receipt> {
  const record = groupCommit<Batch, Recorded>(
    async (batches) => {
      const recorded = await ports.transaction((store) => store.recordDeliveries(batches));
      ports.ring();
      return recorded;
    },
    ports.isAway,
    { ...LIMITS, ...ports.limits },
  );
  return async (delivery) => {
    const said = await read(delivery, ports.access);
    if (said.kind === 'refused') return { taken: false, refusal: said.refusal };
    const { alerts, changes = [], deliveryId } = said;
    if (alerts.length + changes.length === 0) return { taken: true, alerts: 0, changed: 0, duplicates: 0 };
    try {
      const batch = { source: delivery.source, deliveryId, alerts, changes };
      const { repeated } = await record(batch, alerts.length + changes.length);
      return { taken: true, alerts: alerts.length, changed: alerts.length - repeated, duplicates: repeated };
    } catch (error) {
      if (!(error instanceof Busy)) throw error;
      const fix = 'Send it again in some seconds; what was stored all the same is not counted twice.';
      return { taken: false, refusal: refusal(503, error.message, fix) };
    }
  };
}
