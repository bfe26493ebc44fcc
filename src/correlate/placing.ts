import type { StoredAlert } from '../incident/alert.ts';
import { hushed } from '../incident/hushed.ts';
import type { MaintenanceWindow } from '../incident/maintenance.ts';
import type { Correlator } from './decision.ts';
import { noteStorm, type StormStore } from './note-storm.ts';
import { releaseHushed, type ReleaseStore } from './release.ts';
import { placePending, seen, type PlaceStore } from './place.ts';
import { messageOf } from '../incident/text.ts';

export interface PlacingStore extends PlaceStore, ReleaseStore, StormStore {
  /**
   * Takes or keeps a lease until `seconds` from now and holds off everybody else until the transaction ends.
   * Resolves to its term, a number that grows whenever the holder changes, or to null while another holds it.
   */
  holdLease(name: string, holder: string, seconds: number): Promise<number | null>;
  endLease(name: string, holder: string): Promise<void>;
  /**
   * Does not wait for the disk at the end of this transaction: a crash of the database server may undo it, but
   * never without whatever is committed after it.
   */
  commitLazily(): Promise<void>;
  /** Placed alerts after the given place in the order of placing, oldest first; only what is remembered. */
  placedAlerts(afterSeq: number, limit: number): Promise<(StoredAlert & { placedSeq: number })[]>;
  /** Incidents that have ended since then, by the database's clock. */
  incidentsEnded(since: Date): Promise<{ id: number; at: Date; forGood: boolean }[]>;
  /**
   * Puts the next alert to be placed behind all others. Resolves to whether that was for the last time:
   * then it is left to a person. Null where none is left.
   */
  putOff(): Promise<{ alertId: number; last: boolean } | null>;
  /** Incidents that wait although none of their alerts fires, for some minutes. */
  seemsOver(): Promise<number[]>;
  /** Gives those that were put off their turn again. */
  retryPutOff(): Promise<void>;
  noteDead(dead: { queue: string; step: unknown; error: string }): Promise<void>;
}

export type PlacingPorts = {
  transaction: <T>(work: (store: PlacingStore) => Promise<T>) => Promise<T>;
  createCorrelator: () => Correlator;
  maintenance: readonly MaintenanceWindow[];
  /** Tells this process from every other that shares the database. */
  holder: string;
  isAway: (error: unknown) => boolean;
  /** Told why a batch could not be placed; it is tried again alert by alert. */
  onTrouble: (error: unknown) => void;
};

const LEASE = 'placing';
// Long enough for the slowest batch, short enough that another replica soon takes over from a dead one.
const LEASE_S = 5;
// Small, so that what comes meanwhile, and on the embedded database everything else, does not wait for long.
const BATCH = 100;
const PAGE = 5000;
// Ends are read by the database's clock while transactions overlap, so the last minute is read again.
const OVERLAP_MS = 60_000;
const RELEASE_MS = 60_000;

type Memory = { term: number; correlator: Correlator; endedUntil: Date; releasedAt: Date };

/**
 * Places alerts, one process at a time. What correlation remembers is a copy: it is rebuilt from the record
 * whenever another process has held the lease, or a transaction failed after decisions had been made.
 */
export function createPlacing(ports: PlacingPorts) {
  const { transaction, holder } = ports;
  let memory: Memory | null = null;
  /** The term in which this process last placed anything. */
  let served: number | null = null;
  /** How many batches still hold one alert only, to find the one that cannot be placed. */
  let careful = 0;

  /**
   * What was hushed and is no longer comes back as pending; and an incident whose end nobody has noticed takes
   * its next step, which looks at the alerts themselves.
   */
  async function release(store: PlacingStore, held: Memory, now: Date): Promise<void> {
    if (now.getTime() - held.releasedAt.getTime() < RELEASE_MS) return;
    await releaseHushed(store, ports.maintenance);
    for (const id of await store.seemsOver()) await store.enqueue({ kind: 'incident', id });
    held.releasedAt = now;
  }

  async function batch(limit: number): Promise<number> {
    let begun = false;
    const placed = await transaction(async (store) => {
      // A transaction may be run again after a deadlock; its first run has been decided in vain.
      if (begun) memory = null;
      begun = true;
      // What is undone is pending again; and nobody has seen anything of it, because a message is claimed by a
      // later transaction that waits for the disk.
      await store.commitLazily();
      const term = await store.holdLease(LEASE, holder, LEASE_S);
      if (term === null) {
        memory = null;
        return null;
      }
      if (term !== served) await store.retryPutOff();
      served = term;
      memory = memory?.term === term ? memory : await rebuild(store, term, ports.createCorrelator());
      const now = await store.now();
      await noteEnds(store, memory, now);
      await release(store, memory, now);
      const silences = await store.activeSilences(now);
      const hush = (alert: StoredAlert) => hushed(alert, silences, ports.maintenance, now);
      const result = await placePending(store, { correlator: memory.correlator, hush, now }, limit);
      // Also when nothing came: a flood that stops makes no noise.
      await noteStorm(store, result);
      return result;
    });
    return placed?.alerts ?? 0;
  }

  async function placeAloneOrPutOff(error: unknown): Promise<number> {
    try {
      return await transaction(async (store) =>
        (await store.holdLease(LEASE, holder, LEASE_S)) === null ? 0 : placeAlone(store, error),
      );
    } catch (second) {
      if (ports.isAway(second)) throw second;
      await transaction((store) => putOff(store, second));
      return 1;
    }
  }

  return {
    /** Places a batch. Resolves to how many alerts were seen to; 0 where there is nothing to do here. */
    async place(): Promise<number> {
      const alone = careful > 0;
      try {
        const placed = await batch(alone ? 1 : BATCH);
        careful = Math.max(0, careful - 1);
        return placed;
      } catch (error) {
        memory = null;
        if (ports.isAway(error)) throw error;
        ports.onTrouble(error);
        if (!alone) {
          careful = BATCH;
          return 1;
        }
        return placeAloneOrPutOff(error);
      }
    },

    /** Lets another process go on at once. */
    async release(): Promise<void> {
      memory = null;
      await transaction((store) => store.endLease(LEASE, holder));
    },
  };
}

async function rebuild(store: PlacingStore, term: number, correlator: Correlator): Promise<Memory> {
  let page: Awaited<ReturnType<PlacingStore['placedAlerts']>> = [];
  let after = 0;
  do {
    page = await store.placedAlerts(after, PAGE);
    for (const alert of page) {
      correlator.restore(seen(alert), { incidentId: alert.incidentId, endedAt: alert.endsAt });
      after = alert.placedSeq;
    }
  } while (page.length === PAGE);
  return { term, correlator, endedUntil: new Date(0), releasedAt: new Date(0) };
}

async function noteEnds(store: PlacingStore, memory: Memory, now: Date): Promise<void> {
  for (const { id, at, forGood } of await store.incidentsEnded(memory.endedUntil)) {
    memory.correlator.incidentEnded(id, at, forGood);
  }
  memory.endedUntil = new Date(now.getTime() - OVERLAP_MS);
}

/**
 * The next alert cannot be placed among the others. It must not hold them up and must not be lost, so it
 * becomes an incident of its own, which says so; where it has its place already, only its end is counted there.
 */
async function placeAlone(store: PlacingStore, error: unknown): Promise<number> {
  const judges = { correlator: comparingNothing(reason(error)), hush: () => null, now: await store.now() };
  return (await placePending(store, judges, 1)).alerts;
}

function comparingNothing(error: string): Correlator {
  return {
    place: ({ id }) => [
      {
        alertId: id,
        kind: 'opens',
        group: { incidentId: null },
        why: `it could not be compared with other alerts (${error}), so this is for it alone`,
        details: () => [],
      },
    ],
    ended() {},
    tick: () => [],
    restore() {},
    incidentEnded() {},
  };
}

/** Not even that was possible: the alert stays on record as it is, and people are told after the last time. */
async function putOff(store: PlacingStore, error: unknown): Promise<void> {
  const off = await store.putOff();
  if (!off?.last) return;
  await store.noteDead({ queue: 'placing', step: { alert: off.alertId }, error: reason(error) });
}

function reason(error: unknown): string {
  return messageOf(error).slice(0, 200);
}
