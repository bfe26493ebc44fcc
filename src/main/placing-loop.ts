import type { Logger } from 'pino';
import type { Database } from '../adapters/postgres/sql.ts';
import { createBell } from '../adapters/bell.ts';
import type { Loop } from '../loop.ts';

// Notifications wake it; this is for those that were missed, and for taking over from a dead process.
const POLL_MS = 1000;
const LONGEST_REST_MS = 5000;

/**
 * Wakes whoever places alerts, in this process or another. Not part of the transaction that records them:
 * PostgreSQL lets only one transaction with a notification commit at a time, and it waits for the disk then.
 */
export function ringPlacing(database: Database): void {
  const ring = `select set_config('synchronous_commit', 'off', true), pg_notify($1, '')`;
  // Whoever places also looks by itself each second.
  database.query(ring, [`${database.schema}_alert`]).catch(() => {});
}

/** Places alerts for as long as it runs. `stop` waits for the batch in hand and lets others go on. */
export async function startPlacing(
  database: Database,
  placing: Loop['placing'],
  log: Logger,
): Promise<{ stop(): Promise<void> }> {
  const bell = createBell();
  const stopListening = await database.listen(`${database.schema}_alert`, bell.ring, bell.ring);
  let stopped = false;
  let troubles = 0;

  const run = async (): Promise<void> => {
    while (!stopped) {
      try {
        const placed = await placing.place();
        troubles = 0;
        if (placed === 0) await bell.wait({ ms: POLL_MS, untilRung: true });
      } catch (error) {
        const rest = Math.min(LONGEST_REST_MS, 100 * 2 ** troubles);
        troubles += 1;
        log.error({ err: error }, 'alerts could not be placed; trying again');
        await bell.wait({ ms: rest, untilRung: false });
      }
    }
  };
  const running = run();

  return {
    async stop() {
      stopped = true;
      bell.ringForGood();
      await stopListening();
      await running;
      await placing.release();
    },
  };
}
