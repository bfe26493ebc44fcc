import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from './sql.ts';

/** One migration file: `0001_sitrep.sql` has number 1. */
export interface Migration {
  number: number;
  name: string;
  sql: string;
  /** SHA-256 of the file, hexadecimal. */
  hash: string;
}

/** The database and this program's migrations do not belong together. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** Reads `NNNN_name.sql` files in order. Throws `MigrationError` where numbers repeat or leave a gap. */
export function readMigrations(directory: string): Migration[] {
  const files = readdirSync(directory)
    .filter((name) => name.endsWith('.sql'))
    .toSorted();
  return files.map((name, index) => {
    const number = Number(/^(\d{4})_/.exec(name)?.[1]);
    if (number !== index + 1) {
      throw new MigrationError(
        `${join(directory, name)} should begin with ${String(index + 1).padStart(4, '0')}_: migrations are ` +
          'numbered from 0001 without gaps.',
      );
    }
    const sql = readFileSync(join(directory, name), 'utf8');
    return { number, name, sql, hash: createHash('sha256').update(sql).digest('hex') };
  });
}

/**
 * Applies the migrations of `directory` that the database does not have yet, each in a transaction of its
 * own, and resolves to the names of those applied. Several replicas may do this at once: they take turns
 * and the later ones find nothing left to do.
 */
export async function migrate(
  db: Database,
  directory: string,
  onProgress: (text: string) => void = () => {},
): Promise<string[]> {
  const migrations = readMigrations(directory);
  const missing = await findMissing(db, migrations);
  const applied: string[] = [];
  for (const migration of missing) {
    if (await apply(db, migration)) {
      applied.push(migration.name);
      onProgress(`Applied migration ${migration.name}.`);
    }
  }
  return applied;
}

/** What is not applied yet. Throws `MigrationError` if the database is newer or a file was edited. */
async function findMissing(db: Database, migrations: readonly Migration[]): Promise<Migration[]> {
  const applied = await readApplied(db);
  const known = new Map(migrations.map((migration) => [migration.number, migration]));
  for (const { number, name, hash } of applied) {
    const migration = known.get(number);
    if (migration === undefined) {
      throw new MigrationError(
        `The database has migration ${name}, which this version of the program does not know: the database ` +
          'is newer than the program. Start the newer version.',
      );
    }
    if (migration.hash !== hash) {
      throw new MigrationError(
        `Migration ${migration.name} was edited after it had been applied to this database. Restore the file ` +
          'and put the change into a new migration.',
      );
    }
  }
  const done = new Set(applied.map(({ number }) => number));
  return migrations.filter(({ number }) => !done.has(number));
}

interface Applied {
  number: number;
  name: string;
  hash: string;
}

async function readApplied(db: Database): Promise<Applied[]> {
  const { rows } = await db.query<{ found: boolean }>(`select to_regclass('migration') is not null as found`);
  if (rows[0]?.found !== true) return [];
  return (await db.query<Applied>('select number, name, hash from migration order by number')).rows;
}

// Any number will do that nothing else in this program uses for an advisory lock.
const MIGRATION_LOCK = 5_748_202;

/** False if another replica was faster. */
async function apply(db: Database, migration: Migration): Promise<boolean> {
  return db.tx(async (sql) => {
    // Another replica may be building an index for minutes; waiting for it is not a hanging query.
    await sql.query('set local statement_timeout = 0');
    await sql.query(`select pg_advisory_xact_lock($1, hashtext(current_schema()))`, [MIGRATION_LOCK]);
    await sql.query(
      `create table if not exists migration (
         number int primary key,
         name text not null,
         hash text not null,
         applied_at timestamptz not null default now()
       )`,
    );
    const claim = await sql.query(
      'insert into migration (number, name, hash) values ($1, $2, $3) on conflict do nothing',
      [migration.number, migration.name, migration.hash],
    );
    if (claim.rowCount === 0) return false;
    await sql.query(migration.sql);
    return true;
  });
}
