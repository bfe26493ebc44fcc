import { setTimeout as wait } from 'node:timers/promises';
import type { Place } from '../adapters/audit/place.ts';
import type { Log } from '../adapters/slack/log.ts';
import type { Database } from '../adapters/postgres/sql.ts';
import { checkpointStore } from '../adapters/postgres/store/checkpoints.ts';
import type { Signer } from '../incident/checkpoint.ts';
import { whileLeased } from './while-leased.ts';
import { messageOf } from '../incident/text.ts';

const EVERY_MS = 60_000;
const LEASE = 'audit-checkpoints';
/** Copied at once; a place that was away for weeks gets the rest at the next turns. */
const MOST_COPIED = 10_000;

const CONTRADICTION = (seq: number) =>
  `It has a checkpoint of entry ${seq} that does not fit the database: the record was cut off, changed or replaced. “sitrep audit verify --checkpoints” says where; nothing is copied there until that is settled.`;

type Options = {
  database: Database;
  signer: Signer;
  places: readonly Place[];
  log: Log;
};

/**
 * Signs the end of the chain every minute in which something came, and once more when stopping, and copies what
 * was signed to every place. Of several processes one at a time does so. A place that does not take its copies
 * holds nothing else up, is told about, and gets them later.
 */
export function startCheckpoints(options: Options): { stop(): Promise<void> } {
  const ending = new AbortController();
  const turn = checkpointTurn(options);
  const run = async () => {
    while (!ending.signal.aborted) {
      await turn();
      await wait(EVERY_MS, undefined, { signal: ending.signal, ref: false }).catch(() => {});
    }
  };
  const running = run();
  return {
    async stop() {
      ending.abort();
      await running;
      await turn();
    },
  };
}

/** One turn of that; never rejects. */
export function checkpointTurn({ database, signer, places, log }: Options): () => Promise<void> {
  const store = checkpointStore(database);
  const told = new Map<string, string>();

  async function copy(place: Place, noted: number): Promise<void> {
    try {
      const newest = await place.newest();
      if (newest !== null && !(await store.hasLink(newest))) throw new Error(CONTRADICTION(newest.seq));
      const from = newest?.seq ?? noted;
      const missing = await store.checkpointsAfter(from, MOST_COPIED);
      if (missing.length > 0) await place.add(missing);
      await store.noteCopied(place.name, missing.at(-1)?.seq ?? from);
      told.delete(place.name);
    } catch (error) {
      const problem = messageOf(error);
      await store.noteNotCopied(place.name, problem);
      // The same trouble each minute is told once; /metrics and the doctor tell it for as long as it lasts.
      if (told.get(place.name) !== problem)
        log.error({ place: place.name, problem }, 'audit checkpoints could not be copied; trying again');
      told.set(place.name, problem);
    }
  }

  return async () => {
    try {
      await whileLeased(database, LEASE, async () => {
        await store.keepPlaces(places.map(({ name }) => name));
        await store.makeCheckpoint(signer);
        const states = new Map((await store.placeStates()).map((one) => [one.place, one.copiedSeq]));
        for (const place of places) await copy(place, states.get(place.name) ?? 0);
      });
    } catch (error) {
      log.warn({ err: error }, 'no audit checkpoint could be made; trying again');
    }
  };
}
