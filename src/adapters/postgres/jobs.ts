import { PgBoss } from 'pg-boss';
import type { JobLog, Jobs } from './job-queue.ts';
import type { Database } from './sql.ts';
import { jobDatabase } from './jobs-database.ts';
import { DEAD, HEARTBEAT_S, PgBossJobs } from './pg-boss-jobs.ts';
import { takeOver } from './jobs-takeover.ts';
import { quoteName } from './sql.ts';

/**
 * Starts job processing on an open database; pg-boss keeps its tables in a schema of their own,
 * `<schema>_jobs`. On the embedded database, jobs that a killed predecessor left running start again at once.
 * With `migrates: false` it rejects where these tables are not there as this version needs them.
 */
export async function openJobs(
  db: Database,
  { log, migrates = true }: { log: JobLog; migrates?: boolean },
): Promise<Jobs> {
  const schema = `${db.schema}_jobs`;
  const embedded = db.kind === 'embedded';
  const boss = new PgBoss({
    db: jobDatabase(db),
    backend: embedded ? 'pglite' : 'postgres',
    schema: quoteName(schema),
    migrate: migrates,
    // One process on the embedded database has nobody to look after but itself.
    superviseIntervalSeconds: embedded ? 30 : 3,
    monitorIntervalSeconds: embedded ? 30 : 3,
    registerInstance: false,
    reindex: false,
    monitorVacuum: false,
    openTelemetry: { enabled: false },
  });
  boss.on('error', (error) => log.error({ error: error.message }, 'The job queue reported an error'));
  boss.on('warning', (warning) => log.warn({ warning: warning.message }, 'The job queue reported a warning'));
  await boss.start();
  await boss.createQueue(DEAD, {
    retryLimit: 20,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 300,
    heartbeatSeconds: HEARTBEAT_S,
  });
  if (embedded) await takeOver(db, boss, quoteName(schema));
  const jobs = new PgBossJobs(db, boss, schema, log);
  await jobs.listen();
  return jobs;
}
