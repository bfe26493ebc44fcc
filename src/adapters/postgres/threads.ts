import type { Place } from '../slack/desk.ts';
import type { Sql } from './sql.ts';

/** The incident whose root message this is; null when the thread is none of ours. */
export async function incidentOfThread(sql: Sql, channel: string, threadTs: string): Promise<number | null> {
  const { rows } = await sql.query<{ incident_id: number | string }>(
    `select incident_id from message where slot = 'summary' and channel = $1 and ts = $2`,
    [channel, threadTs],
  );
  return rows[0] ? Number(rows[0].incident_id) : null;
}

/** Where the root message of an incident stands; null until it has been posted. */
export async function threadOf(sql: Sql, incidentId: number): Promise<Place | null> {
  const { rows } = await sql.query<Place>(
    `select channel, ts from message where slot = 'summary' and incident_id = $1 and channel is not null and ts is not null`,
    [incidentId],
  );
  return rows[0] ?? null;
}
