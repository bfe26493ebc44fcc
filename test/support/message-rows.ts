import type { Severity } from '../../src/incident/alert.ts';
import type { Database, Sql } from '../../src/adapters/postgres/sql.ts';
import { wantShown } from '../../src/adapters/postgres/store/messages.ts';
import type { PaceLimits } from '../../src/adapters/slack/pace.ts';
import type { Haste, Slot } from '../../src/incident/thread.ts';

const ANY = { perSecond: 1_000, burst: 1_000 };
/** A pace that holds nothing up. */
export const FAST: PaceLimits = { channel: ANY, posts: ANY, edits: ANY, storm: ANY, reserve: 0 };

export type MessageRow = {
  slot: Slot;
  wanted: number;
  shown: number;
  ts: string | null;
  sending: boolean;
  attempts: number;
  last_error: string | null;
  first_shown_at: Date | null;
  held: boolean;
  not_before: Date;
};

/** Puts an incident into the database and resolves to its id. */
export async function insertIncident(sql: Sql, severity: Severity = 'critical'): Promise<number> {
  const { rows } = await sql.query<{ id: number }>(
    `insert into incident (title, severity) values ('CheckoutErrors', $1) returning id`,
    [severity],
  );
  return Number(rows[0]?.id);
}

/** Asks for messages to be shown at once, as the journal's writer does. */
export async function wantMessages(db: Database, incidentId: number, ...slots: Slot[]): Promise<void> {
  await wantMessagesBy(db, 'now', incidentId, ...slots);
}

/** Asks for messages to be shown, with more or less haste. */
export async function wantMessagesBy(
  db: Database,
  haste: Haste,
  incidentId: number,
  ...slots: Slot[]
): Promise<void> {
  await db.tx((sql) =>
    wantShown(
      sql,
      slots.map((slot) => ({ incidentId, slot, haste })),
    ),
  );
}

/** Forgets all messages, what they were about, and how much of Slack's pace they used. */
export async function forgetMessages(db: Database): Promise<void> {
  await db.query(`delete from message; delete from slack_pace; update incident set storm_id = null; delete from bulletin;
                  delete from setting where name = 'storm-watch'`);
}

export async function messageRows(sql: Sql): Promise<MessageRow[]> {
  const { rows } = await sql.query<MessageRow>('select * from message order by incident_id, slot');
  return rows;
}

/** Whether everything that is wanted has been shown. */
export async function allShown(sql: Sql): Promise<boolean> {
  return (await messageRows(sql)).every((row) => row.shown === row.wanted);
}
