import { knownByKey } from '../adapters/http/known-by-key.ts';
import { openJobs } from '../adapters/postgres/jobs.ts';
import { openServer } from '../adapters/postgres/server.ts';
import { settingStore } from '../adapters/postgres/store/settings.ts';
import { createStore, type Store } from '../adapters/postgres/store/store.ts';
import { claiming, mayApprove, mayDecide } from '../incident/person.ts';
import { plain } from '../incident/text.ts';
import { canOthersApprove } from '../loop/nobody-else.ts';
import { release, stop } from '../loop/stop.ts';
import { stepQueue } from '../main/queue.ts';
import { stopOutside } from '../main/stop-file.ts';
import { author } from './author.ts';
import { createLogger } from './logger.ts';
import { withStore } from './with-store.ts';

/**
 * Pulls the switch on the server, for all replicas; a worker then offers what has begun to be undone. It waits for no
 * migration. Whoever has the server's credentials may ask for that. Nobody has shown a key, so that the record says who is
 * logged in, and who that says it is.
 */
export async function stopInDatabase(
  asked: { why: string; undoLastS: number | null; order: string },
  as: string | null,
): Promise<string> {
  return withStore(
    async ({ config, database, vault }) => {
      const jobs = await openJobs(database, { log: createLogger('warn'), migrates: false });
      try {
        const queue = stepQueue(jobs);
        await queue.declare();
        const people = config.team?.people ?? [];
        const listed = people.find((one) => one.slackId === as || one.name === as);
        const name = listed?.slackId ?? as;
        const person = name === null ? author() : claiming(author(), plain(name, 50));
        const mayUndo = listed === undefined || mayDecide(people, listed.slackId);
        const othersApprove = canOthersApprove(people, name ?? person);
        const outsideStop = stopOutside(config.stop, config.home);
        const storeOf = (sql: Parameters<typeof createStore>[0]): Store =>
          createStore(sql, { vault, outsideStop, enqueue: queue.enqueue });
        return await stop((work) => database.tx((sql) => work(storeOf(sql))), {
          ...asked,
          person,
          mayUndo,
          othersApprove,
          via: 'cli',
        });
      } finally {
        await jobs.drain();
      }
    },
    { migrates: false },
  );
}

/**
 * Pulls the switch and nothing else, for where the rest cannot be done: it needs neither settings nor the key that seals the
 * record. No undo passes. Where the order stands already, it stays.
 */
export async function pullAlone(
  url: string,
  by: string,
  why: string,
  order: string,
): Promise<'pulled' | 'stood'> {
  const database = await openServer({ url, schema: 'sitrep' });
  try {
    return await database.tx(async (sql) => {
      const settings = settingStore(sql, () => null);
      const before = await settings.lockSwitch();
      if (before.order === order) return 'stood';
      await settings.setStopped({ by, why: why || before.why || 'no reason given' });
      return 'pulled';
    });
  } finally {
    await database.close();
  }
}

/** Lifts the switch on the server, for a listed approver who shows their key, as everywhere. */
export async function resumeInDatabase(as: string, key: string): Promise<void> {
  await withStore(({ config, transaction }) => {
    const people = config.team?.people ?? [];
    const person = knownByKey(people, as, key)?.slackId;
    if (person === undefined || !mayApprove(people, person, null))
      throw new Error(`${as} is no approver in sitrep.yaml whose key SITREP_KEY is`);
    return transaction((store) => release(store, person, 'from the command line'));
  });
}

/** Why all is stopped in the database; null where it is not. */
export async function stoppedInDatabase(): Promise<string | null> {
  return withStore(({ transaction }) => transaction(async (store) => (await store.stopped())?.why ?? null));
}
