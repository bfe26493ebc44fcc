import type { PgBoss } from 'pg-boss';
import type { Database } from './sql.ts';

/**
 * Gives back the jobs that a killed process left running. Only for the embedded database and before any
 * worker starts: nobody else can be running them there, so there is no need to wait for a heartbeat to stop.
 *
 * A run that was cut off counts as a try, or a job that kills its process would do so for ever; one without
 * tries left is dead. The others start at once: the delay before a retry is for troubles that pass.
 */
export async function takeOver(db: Database, boss: PgBoss, jobsSchema: string): Promise<void> {
  const { rows } = await db.query<{ id: string; name: string }>(
    `select id, name from ${jobsSchema}.job where state = 'active'`,
  );
  for (const { id, name } of rows) {
    await boss.fail(name, id, { message: 'The process that ran this job ended before the job did.' });
  }
  await db.query(
    `update ${jobsSchema}.job set start_after = now() where state = 'retry' and id = any($1::uuid[])`,
    [rows.map(({ id }) => id)],
  );
}
