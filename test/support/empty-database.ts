import type { Database } from '../../src/adapters/postgres/sql.ts';

/** Removes everything that a test has written. The guards against that are switched off for this alone. */
export async function emptyDatabase(db: Database): Promise<void> {
  await db.tx(async (sql) => {
    await sql.query(`set local session_replication_role = replica`);
    const { rows } = await sql.query<{ tables: string }>(
      `select string_agg(format('%I.%I', schemaname, tablename), ', ') as tables from pg_tables
        where schemaname = current_schema() and tablename <> 'migration'`,
    );
    await sql.query(`truncate ${rows[0]?.tables} restart identity cascade`);
  });
}
