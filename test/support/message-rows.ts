import type { Database, Sql } from '../../src/adapters/postgres/sql.ts';
import type { Slot } from '../../src/incident/thread.ts';

export type MessageRow = {
  slot: Slot;
  wanted: number;
  shown: number;
  ts: string | null;
  sending: boolean;
  attempts: number;
  last_error: string | null;
  first_shown_at: Date | null;
};

/** Puts an incident into the database and resolves to its id. */
export async function insertIncident(sql: Sql): Promise<number> {
  const { rows } = await sql.query<{ id: number }>(
    `insert into incident (title, severity) values ('CheckoutErrors', 'critical') returning id`,
  );
  return Number(rows[0]?.id);
}

/** Asks for messages to be shown, as the journal's writer does: with its notification, in one transaction. */
export async function wantMessages(db: Database, incidentId: number, ...slots: Slot[]): Promise<void> {
  await db.tx(async (sql) => {
    for (const slot of slots) {
      await sql.query(
        `insert into message (incident_id, slot) values ($1, $2)
         on conflict (incident_id, slot) do update set wanted = message.wanted + 1`,
        [incidentId, slot],
      );
    }
    await sql.query(`select pg_notify(current_schema() || '_message', '')`);
  });
}

export async function messageRows(sql: Sql): Promise<MessageRow[]> {
  const { rows } = await sql.query<MessageRow>('select * from message order by incident_id, slot');
  return rows;
}

/** Whether everything that is wanted has been shown. */
export async function allShown(sql: Sql): Promise<boolean> {
  return (await messageRows(sql)).every((row) => row.shown === row.wanted);
}
