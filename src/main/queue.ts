import type { Logger } from 'pino';
import { stepKey, type Step } from '../incident/step.ts';
import type { Jobs } from '../adapters/postgres/job-queue.ts';
import type { Sql } from '../adapters/postgres/sql.ts';
import type { Duties } from './role.ts';

/**
 * One queue for each kind of step, so that a slow model never holds up an alert, and what writes to the outside is
 * taken up only by a process that may.
 */
const QUEUES = {
  incident: { retryLimit: 10, retryDelayS: 2, retryDelayMaxS: 120, expireS: 120, concurrency: 4 },
  proposal: { retryLimit: 10, retryDelayS: 2, retryDelayMaxS: 60, expireS: 120, concurrency: 4 },
  execute: { retryLimit: 10, retryDelayS: 2, retryDelayMaxS: 60, expireS: 120, concurrency: 4 },
  undo: { retryLimit: 10, retryDelayS: 2, retryDelayMaxS: 60, expireS: 120, concurrency: 1 },
  investigate: { retryLimit: 2, retryDelayS: 5, expireS: 300, concurrency: 1 },
} as const satisfies Record<Step['kind'], object>;

type Ends = {
  /** Tells people of a step that was given up. */
  noteDead: (dead: { queue: string; step: unknown; error: string }) => Promise<void>;
  log: Logger;
};

export function stepQueue(jobs: Jobs) {
  return {
    /** Adds a step in the caller's transaction; while one with its key waits, no second is added. */
    enqueue: (sql: Sql, step: Step, afterS = 0): Promise<void> =>
      jobs.enqueue(sql, step.kind, step, { key: stepKey(step), startAfterS: afterS }),

    /** Makes the queues known, for a command that only adds steps. */
    async declare(): Promise<void> {
      for (const [kind, options] of Object.entries(QUEUES)) await jobs.declare(kind, options);
    },

    /** Makes the queues known, and runs the steps here that this process is there for. */
    async open(run: (step: Step) => Promise<void>, does: Duties, { noteDead, log }: Ends): Promise<void> {
      for (const [kind, options] of Object.entries(QUEUES)) {
        const mine = kind === 'execute' ? does.execute : does.work;
        if (mine) await jobs.define(kind, options, (data) => run(data as Step));
        else await jobs.declare(kind, options);
      }
      if (!does.work) return;
      await jobs.onDead(async ({ queue, data, error }) => {
        log.error({ queue, step: data, error }, 'a step failed for the last time; a person must look');
        await noteDead({ queue, step: data, error });
      });
    },
  };
}
