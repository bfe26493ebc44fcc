import pg from 'pg';
import type { Database, Result, Sql } from './sql.ts';
import { connectionError, DatabaseError, isDeadlock, reportedError } from './database-error.ts';
import { Listener } from './server-listener.ts';
import { prepareSchema } from './schema.ts';
import { connectionSettings, prepareSession } from './server-connection.ts';
import { assertCommitted, TransactionScope } from './transaction-scope.ts';
import { Turn } from './turn.ts';
import { toWire } from './values.ts';
import { messageOf } from '../../incident/text.ts';

export interface ServerOptions {
  /** postgres://user:password@host:port/database */
  url: string;
  schema: string;
  /** How many connections it may hold, one for notifications not counted. */
  connections?: number;
  /** How long an answer may take before its connection is given up, in milliseconds; absent: as long as it takes. */
  patienceMs?: number;
}

// Each replica needs few: stages are short and jobs are limited. Small plans allow 20 to 25 in all.
const CONNECTIONS = 5;

// node-postgres gives a number below this only if the server is older than what is tested.
const OLDEST_SERVER = 150_000;

/** Opens a PostgreSQL server with pgvector. Throws `DatabaseError` that says what to do if it cannot be used. */
export async function openServer(options: ServerOptions): Promise<Database> {
  const settings = connectionSettings(options.url);
  const pool = new pg.Pool({
    ...settings,
    max: options.connections ?? CONNECTIONS,
    ...(options.patienceMs === undefined ? {} : { query_timeout: options.patienceMs }),
    idleTimeoutMillis: 30_000,
    onConnect: (client) => prepareSession(client, options.schema),
  });
  // An idle connection that breaks is replaced when the next one is needed; nobody has to be told.
  pool.on('error', () => {});
  const database = new ServerDatabase(pool, settings, options.schema);
  try {
    await database.tx(async (sql) => {
      await assertServerVersion(sql);
      await prepareSchema(sql, options.schema);
    });
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

async function assertServerVersion(sql: Sql): Promise<void> {
  const { rows } = await sql.query<{ number: number; version: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as version`,
  );
  const row = rows[0];
  if (row === undefined || row.number >= OLDEST_SERVER) return;
  throw new DatabaseError(
    `The server is PostgreSQL ${row.version}; 15 or newer is needed. Upgrade it, or set DATABASE_URL to another.`,
    { code: '0A000' },
  );
}

// Each deadlock ends one of its transactions; more rounds than this are no coincidence any more.
const TRANSACTION_ATTEMPTS = 5;

class ServerDatabase implements Database {
  readonly kind = 'server';
  readonly schema: string;
  readonly #pool: pg.Pool;
  readonly #listener: Listener;
  readonly #scope = new TransactionScope();
  #closing: Promise<void> | undefined;

  constructor(pool: pg.Pool, settings: pg.ClientConfig, schema: string) {
    this.#pool = pool;
    this.#listener = new Listener(settings);
    this.schema = schema;
  }

  async query<R>(text: string, params?: readonly unknown[]): Promise<Result<R>> {
    this.#scope.refuseInside('A query');
    return this.#withClient(async (client) => {
      try {
        return await run<R>(client, text, params);
      } catch (error) {
        // Several statements at once may have begun a transaction and failed in the middle of it. The
        // connection cannot be asked: the error comes before the word about the transaction does.
        if (params === undefined || params.length === 0) await run(client, 'rollback').catch(() => {});
        throw error;
      }
    });
  }

  async tx<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    this.#scope.refuseInside('A transaction');
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#tryTx(work);
      } catch (error) {
        if (!isDeadlock(error) || attempt === TRANSACTION_ATTEMPTS) throw error;
      }
    }
  }

  async #tryTx<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#withClient(async (client) => {
      // A connection answers one query at a time; node-postgres no longer queues them by itself.
      const turn = new Turn();
      const sql: Sql = { query: (text, params) => turn.take(() => run(client, text, params)) };
      await sql.query('begin');
      try {
        const result = await this.#scope.run(sql, work);
        assertCommitted(await turn.take(() => command(client, 'commit')));
        return result;
      } catch (error) {
        // If this fails too, the connection is gone and the server rolls back by itself.
        await turn.take(() => rollBack(client)).catch(() => {});
        throw error;
      }
    });
  }

  async listen(
    channel: string,
    fn: (payload: string) => void,
    onGap?: () => void,
  ): Promise<() => Promise<void>> {
    this.#scope.refuseInside('Listening');
    return this.#listener.listen(channel, fn, onGap);
  }

  close(): Promise<void> {
    this.#scope.refuseInside('Closing');
    this.#closing ??= Promise.all([this.#listener.close(), this.#pool.end()]).then(() => {});
    return this.#closing;
  }

  async #withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw translate(error);
    });
    // Without a listener a connection that breaks between two statements would end the process.
    const ignore = (): void => {};
    client.on('error', ignore);
    try {
      return await work(client);
    } finally {
      client.off('error', ignore);
      // Unlike the pool's own query(), which drops its connection after any error, only one that is not
      // at rest is dropped: a violated constraint is an everyday answer and connecting anew is slow.
      client.release(client.getTransactionStatus() !== 'I');
    }
  }
}

async function run<R>(client: pg.PoolClient, text: string, params?: readonly unknown[]): Promise<Result<R>> {
  const results = await send(client, text, params);
  return {
    rows: results.flatMap((result) => result.rows as R[]),
    rowCount: results.reduce((sum, result) => sum + (result.rowCount ?? 0), 0),
  };
}

async function rollBack(client: pg.PoolClient): Promise<void> {
  if (client.getTransactionStatus() !== 'I') await run(client, 'rollback');
}

/** Runs one command and resolves to its tag. */
async function command(client: pg.PoolClient, text: string): Promise<string | null> {
  const results = await send(client, text);
  return results.at(-1)?.command ?? null;
}

async function send(
  client: pg.PoolClient,
  text: string,
  params?: readonly unknown[],
): Promise<pg.QueryResult[]> {
  const values = params === undefined ? undefined : toWire(params);
  try {
    const result: pg.QueryResult | pg.QueryResult[] = await client.query(text, values);
    return Array.isArray(result) ? result : [result];
  } catch (error) {
    throw translate(error, text);
  }
}

/** Any error of node-postgres as one of ours. */
export function translate(error: unknown, statement?: string): unknown {
  if (error instanceof DatabaseError) return error;
  if (error instanceof pg.DatabaseError) return reportedError(error, statement);
  // A value that cannot be parsed, not a connection.
  if (error instanceof RangeError || error instanceof TypeError) return error;
  return connectionError(reasonOf(error), statement);
}

// Connecting to a name with several addresses fails with an AggregateError whose own message is empty.
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return messageOf(error);
}
