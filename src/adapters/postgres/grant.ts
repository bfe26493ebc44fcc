import { openJobs } from './jobs.ts';
import type { Database, Sql } from './sql.ts';
import { quoteName } from './sql.ts';

/** The record: whoever runs Sitrep may add to it and read it. */
const ADDED_TO = ['journal', 'audit', 'audit_checkpoint', 'audit_key'];
/** Only the owner changes the schema. */
const READ = ['migration'];

/** The role cannot be given these rights, or would have more of them anyway. */
export class GrantRefused extends Error {
  override readonly name = 'GrantRefused';
}

/**
 * Gives a role what running Sitrep needs and no more: it may add to the record and read it, and neither change
 * nor remove a row of it. To be repeated after every migration, because new tables belong to their owner alone.
 * Throws `GrantRefused` where the role is missing or could help itself to more.
 */
export async function grantTo(db: Database, role: string): Promise<void> {
  // The job queue's tables must be there to be granted.
  const jobs = await openJobs(db, { log: { warn: () => {}, error: () => {} } });
  await jobs.drain();
  await db.tx(async (sql) => {
    await assertModest(sql, db.schema, role);
    const to = quoteName(role);
    for (const name of [db.schema, `${db.schema}_jobs`]) {
      const schema = quoteName(name);
      await sql.query(`grant usage on schema ${schema} to ${to};
        grant select, insert, update, delete on all tables in schema ${schema} to ${to};
        grant usage, select on all sequences in schema ${schema} to ${to};
        grant execute on all functions in schema ${schema} to ${to}`);
    }
    const named = (tables: string[]) => tables.map((table) => `${quoteName(db.schema)}.${table}`).join(', ');
    await sql.query(`revoke all on ${named([...ADDED_TO, ...READ])} from ${to};
      grant select, insert on ${named(ADDED_TO)} to ${to};
      grant select on ${named(READ)} to ${to}`);
  });
}

async function assertModest(sql: Sql, schema: string, role: string): Promise<void> {
  const { rows } = await sql.query<{ super: boolean; owns: boolean }>(
    `select rolsuper as super,
            exists (select from pg_class c where c.relnamespace = to_regnamespace($2) and c.relname = 'audit'
                                             and pg_has_role(r.oid, c.relowner, 'member')) as owns
       from pg_roles r where rolname = $1`,
    [role, quoteName(schema)],
  );
  const [found] = rows;
  if (!found) throw new GrantRefused(`There is no role ${role}. Make it first: create role ${role} login.`);
  if (found.super || found.owns) {
    throw new GrantRefused(
      `The role ${role} ${found.super ? 'is a superuser' : 'owns the tables'}, so it could change the record whatever is granted. Choose another one for running Sitrep, and keep this one for migrations.`,
    );
  }
}
