import { DatabaseError } from './database-error.ts';
import type { Sql } from './sql.ts';
import { quoteName } from './sql.ts';

const OLDEST_VECTOR = [0, 8];

/**
 * Makes sure that the schema and pgvector are there. Safe when several replicas start at once. Throws an
 * error that says what an administrator has to do where our own rights do not suffice.
 */
export async function prepareSchema(sql: Sql, schema: string): Promise<void> {
  const version = await vectorVersion(sql);
  if (version === null || !(await hasSchema(sql, schema))) {
    // Both statements below fail for one of two that run them at the same moment, "if not exists" or not.
    await sql.query('select pg_advisory_xact_lock($1)', [SETUP_LOCK]);
    await sql.query(`create schema if not exists ${quoteName(schema)}`).catch((error: unknown) => {
      throw withAdvice(
        error,
        `Create the schema ${schema} for this user, or grant it CREATE on the database.`,
      );
    });
    if (version === null) await createVector(sql);
  }
  assertRecent((await vectorVersion(sql)) ?? '0');
}

// Any number will do that nothing else in this program uses for an advisory lock.
const SETUP_LOCK = 5_748_201;

async function vectorVersion(sql: Sql): Promise<string | null> {
  const { rows } = await sql.query<{ extversion: string }>(
    `select extversion from pg_extension where extname = 'vector'`,
  );
  return rows[0]?.extversion ?? null;
}

async function hasSchema(sql: Sql, schema: string): Promise<boolean> {
  const { rows } = await sql.query('select 1 from pg_namespace where nspname = $1', [schema]);
  return rows.length > 0;
}

async function createVector(sql: Sql): Promise<void> {
  const { rows } = await sql.query(`select 1 from pg_available_extensions where name = 'vector'`);
  if (rows.length === 0) {
    throw new DatabaseError(
      'This PostgreSQL server has no pgvector. Install it there (on Debian: apt install postgresql-NN-pgvector, ' +
        'in containers: the image pgvector/pgvector) and start again.',
      { code: '58P01' },
    );
  }
  try {
    await sql.query('create extension if not exists vector schema public');
  } catch (error) {
    throw withAdvice(
      error,
      'Ask an administrator to run this once in the database: create extension vector;',
    );
  }
}

function assertRecent(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_VECTOR;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new DatabaseError(
    `The database has pgvector ${version}; ${OLDEST_VECTOR.join('.')} or newer is needed. Install it on the ` +
      'server, then run in the database: alter extension vector update;',
    { code: '0A000' },
  );
}

function withAdvice(error: unknown, advice: string): unknown {
  if (!(error instanceof DatabaseError) || error.code !== '42501') return error;
  return new DatabaseError(`${error.message}. ${advice}`, error);
}
