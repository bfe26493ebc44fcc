import { openJobs } from '../adapters/postgres/jobs.ts';
import { createStore, type Store } from '../adapters/postgres/store/store.ts';
import { mayDecide } from '../incident/person.ts';
import { canOthersApprove } from '../loop/nobody-else.ts';
import { stop } from '../loop/stop.ts';
import { stepQueue } from '../main/queue.ts';
import { stopOutside } from '../main/stop-file.ts';
import { author } from './author.ts';
import { createLogger } from './logger.ts';
import { withStore } from './with-store.ts';

/**
 * Pulls the switch on the server, for all replicas; a worker then offers what has begun to be undone. Whoever has the
 * server's credentials may ask for that, under the name of a listed person or of the one who is logged in.
 */
export async function stopInDatabase(
  asked: { why: string; undoLastS: number | null; order: string },
  as: string | null,
): Promise<string> {
  return withStore(async ({ config, database, vault }) => {
    const jobs = await openJobs(database, { log: createLogger('warn') });
    try {
      const queue = stepQueue(jobs);
      await queue.declare();
      const people = config.team?.people ?? [];
      const listed = people.find((one) => one.slackId === as || one.name === as);
      const person = listed?.slackId ?? author();
      const mayUndo = listed === undefined || mayDecide(people, person);
      const othersApprove = canOthersApprove(people, person);
      const outsideStop = stopOutside(config.stop, config.home);
      const storeOf = (sql: Parameters<typeof createStore>[0]): Store =>
        createStore(sql, { vault, outsideStop, enqueue: queue.enqueue });
      return await database.tx((sql) =>
        stop(storeOf(sql), { ...asked, person, mayUndo, othersApprove, via: 'cli' }),
      );
    } finally {
      await jobs.drain();
    }
  });
}

export async function resumeInDatabase(): Promise<void> {
  await withStore(({ transaction }) =>
    transaction(async (store) => {
      await store.setStopped(null);
      const about = { incidentId: null, actor: author() };
      await store.record({ kind: 'switch.resumed', ...about, why: 'from the command line' });
      await store.showSwitch();
    }),
  );
}
