import type { Sql } from '../../src/adapters/postgres/sql.ts';

/** Adds an incident whose proposals wait for people; resolves to its id. */
export async function awaitingIncident(sql: Sql): Promise<number> {
  const { rows } = await sql.query<{ id: number }>(
    `insert into incident (title, service, severity, state) values ('t', 's', 'critical', 'awaiting') returning id`,
  );
  return rows[0]?.id ?? 0;
}
