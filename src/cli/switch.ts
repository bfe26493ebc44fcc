import { readConfig } from '../config.ts';
import { removeStopFile, writeStopFile } from '../main/stop-file.ts';
import { withStore } from './with-store.ts';

/**
 * Stops all actions. The file holds at once and without a database, for every process with this
 * SITREP_HOME; on a PostgreSQL server the switch is set there too, for all replicas.
 */
export async function stopCommand(reason: string): Promise<void> {
  const why = reason || 'stopped from the command line';
  const { home, databaseUrl } = readConfig(process.env, process.cwd());
  console.log(`Stopped: ${writeStopFile(home, why)} holds for every process with this SITREP_HOME.`);
  if (databaseUrl) await setInDatabase(why);
}

export async function resumeCommand(): Promise<void> {
  const { home, databaseUrl, stop } = readConfig(process.env, process.cwd());
  removeStopFile(home);
  if (databaseUrl) await setInDatabase(null);
  console.log(
    stop
      ? 'The file is gone, but SITREP_STOP=1 still stops all actions; unset it and restart.'
      : 'Actions are allowed again, unless they were stopped in Slack: “/sitrep resume” undoes that. Each still needs its approval.',
  );
}

async function setInDatabase(why: string | null): Promise<void> {
  await withStore(({ transaction }) =>
    transaction(async (store) => {
      await store.setStopped(why === null ? null : { by: 'cli', why });
      const about = { incidentId: null, actor: 'cli' };
      await store.record(
        why === null
          ? { kind: 'switch.resumed', ...about, why: 'from the command line' }
          : { kind: 'switch.stopped', ...about, why },
      );
    }),
  );
  console.log(
    why === null
      ? 'The switch in the database is off.'
      : 'The switch in the database is on, for all replicas.',
  );
}
