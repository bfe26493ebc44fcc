import type { Database } from './sql.ts';

/**
 * Gives back the jobs that a killed process left running. Only for the embedded database and before any
 * worker starts: nobody else can be running them there, so there is no need to wait for a heartbeat to stop.
 *
 * A run that was cut off counts as a try, or a job that kills its process would do so for ever. One with
 * no tries left is handed to pg-boss's own check by making its heartbeat look old, and ends up dead.
 */
export async function takeOver(db: Database, jobsSchema: string, deadQueue: string): Promise<void> {
  await db.query(
    `update ${jobsSchema}.job
        set state = 'retry', start_after = now(), heartbeat_on = null
      where state = 'active' and (retry_count < retry_limit or name = $1)`,
    [deadQueue],
  );
  await db.query(
    `update ${jobsSchema}.job
        set heartbeat_on = now() - interval '1 hour', heartbeat_seconds = 10
      where state = 'active'`,
  );
}
