import pg from 'pg';
import { DatabaseError } from './database-error.ts';
import { SET_NEARNESS } from './knowledge/nearness.ts';
import { quoteName } from './sql.ts';
import { parserOf } from './values.ts';

// Longer than any query of ours should take, shorter than a person would wait. Migrations lift it.
const STATEMENT_TIMEOUT_MS = 30_000;

// A transaction left open by a mistake holds locks; the server ends it.
const IDLE_TRANSACTION_TIMEOUT_MS = 60_000;

/** Connection settings from a URL. Throws without repeating the URL, which holds a password. */
export function connectionSettings(url: string): pg.ClientConfig {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw new DatabaseError(
      'DATABASE_URL is not the address of a PostgreSQL database. It should look like ' +
        'postgres://user:password@host:5432/database, with special characters in the password percent-encoded.',
      { code: '08001' },
    );
  }
  return {
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: 'sitrep',
    types: { getTypeParser: parserOf },
  };
}

/**
 * Sets up a new session by a query and not by connection options, which poolers in front of a server refuse.
 * Where pgvector lives in a schema of its own, as some hosts have it, that is on the search path too.
 */
export async function prepareSession(client: pg.ClientBase, schema: string): Promise<void> {
  await client.query(
    `select set_config('search_path', $1 || coalesce((
              select ', ' || quote_ident(n.nspname) from pg_extension e
              join pg_namespace n on n.oid = e.extnamespace
              where e.extname = 'vector' and n.nspname <> 'public'), ''), false),
            set_config('timezone', 'UTC', false),
            set_config('datestyle', 'ISO, MDY', false),
            set_config('intervalstyle', 'postgres', false),
            set_config('bytea_output', 'hex', false),
            set_config('statement_timeout', $2, false),
            set_config('idle_in_transaction_session_timeout', $3, false)`,
    [`${quoteName(schema)}, public`, `${STATEMENT_TIMEOUT_MS}`, `${IDLE_TRANSACTION_TIMEOUT_MS}`],
  );
  await client.query(SET_NEARNESS);
}
