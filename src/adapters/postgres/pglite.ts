import type { Database, Result, Sql } from './sql.ts';
import type { RunReply } from './pglite-messages.ts';
import { reportedError } from './database-error.ts';
import { quoteName } from './sql.ts';
import { SET_NEARNESS } from './knowledge/nearness.ts';
import { prepareSchema } from './schema.ts';
import { assertCommitted, TransactionScope } from './transaction-scope.ts';
import { Turn } from './turn.ts';
import { Connection } from './pglite-connection.ts';
import { decode } from './pglite-decode.ts';
import { toWire } from './values.ts';

export interface EmbeddedOptions {
  /** Data directory, made on first use; undefined keeps everything in memory, for tests. */
  directory: string | undefined;
  schema: string;
  /** A gzipped data directory to start from, as `image()` gives it. */
  image?: Uint8Array;
  /** Called once when the database is closed, or could not be opened. */
  onClosed?: () => void;
}

/** The embedded database, and what only it can do. */
export interface EmbeddedDatabase extends Database {
  /** A copy of the whole database as a gzipped data directory. */
  image(): Promise<Uint8Array>;
}

/**
 * Opens PGlite in a worker thread. The caller holds the lock on the directory: two processes on one
 * directory destroy it without a word. Nothing here waits for the disk (PGlite never calls fsync): what
 * is committed survives the death of the process, but not for certain the loss of power.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const start = options.image === undefined ? {} : { image: options.image };
  const connection = await Connection.open({ directory: options.directory, ...start }).catch(
    (error: unknown) => {
      options.onClosed?.();
      throw error;
    },
  );
  const database = new PgliteDatabase(connection, options.schema, options.onClosed);
  try {
    await database.tx((sql) => prepareSchema(sql, options.schema));
    await database.query(`set search_path = ${quoteName(options.schema)}, public`);
    await database.query(SET_NEARNESS);
    // The same session settings as on a server, so that values cast to text read the same.
    await database.query(`set timezone = 'UTC'`);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

/**
 * Makes a new data directory. In a thread of its own that ends afterwards: setting up PostgreSQL takes some
 * 300 MB that a running database does not need, and a thread gives it back.
 */
export async function createEmbedded(directory: string): Promise<void> {
  const connection = await Connection.open({ directory });
  await connection.close();
}

class PgliteDatabase implements EmbeddedDatabase {
  readonly kind = 'embedded';
  readonly schema: string;
  readonly #connection: Connection;
  readonly #scope = new TransactionScope();
  readonly #turn = new Turn();
  readonly #listeners = new Map<string, Set<(payload: string) => void>>();
  readonly #onClosed: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(connection: Connection, schema: string, onClosed: (() => void) | undefined) {
    this.#onClosed = onClosed;
    this.#connection = connection;
    this.schema = schema;
    connection.onNotification = (channel, payload) => {
      for (const fn of [...(this.#listeners.get(channel) ?? [])]) fn(payload);
    };
  }

  async query<R>(text: string, params?: readonly unknown[]): Promise<Result<R>> {
    this.#scope.refuseInside('A query');
    return this.#turn.take(async () => {
      try {
        return await this.#run<R>(text, params);
      } finally {
        // Several statements at once may have begun a transaction and failed in the middle of it.
        if (this.#connection.inTransaction) await this.#connection.run('rollback', undefined);
      }
    });
  }

  async tx<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    this.#scope.refuseInside('A transaction');
    return this.#turn.take(async () => {
      await this.#run('begin');
      try {
        const result = await this.#scope.run({ query: (text, params) => this.#run(text, params) }, work);
        const { tag } = await this.#command('commit');
        assertCommitted(tag);
        return result;
      } catch (error) {
        if (this.#connection.inTransaction) await this.#connection.run('rollback', undefined);
        throw error;
      }
    });
  }

  async listen(channel: string, fn: (payload: string) => void): Promise<() => Promise<void>> {
    this.#scope.refuseInside('Listening');
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners);
    // Wrapped, so that the same function may listen twice and stop once.
    const listener = (payload: string): void => fn(payload);
    listeners.add(listener);
    await this.query(`listen ${quoteName(channel)}`);
    return async () => {
      listeners.delete(listener);
      if (listeners.size > 0 || this.#closing !== undefined) return;
      await this.query(`unlisten ${quoteName(channel)}`);
    };
  }

  async image(): Promise<Uint8Array> {
    this.#scope.refuseInside('A copy');
    return this.#turn.take(() => this.#connection.dump());
  }

  close(): Promise<void> {
    this.#scope.refuseInside('Closing');
    this.#closing ??= this.#turn.take(() => this.#connection.close()).finally(() => this.#onClosed?.());
    return this.#closing;
  }

  async #run<R>(text: string, params?: readonly unknown[]): Promise<Result<R>> {
    const reply = await this.#command(text, params);
    return decode<R>(reply.sets);
  }

  async #command(text: string, params?: readonly unknown[]): Promise<RunReply & { tag: string | null }> {
    const values = params === undefined || params.length === 0 ? undefined : toWire(params);
    const reply = await this.#connection.run(text, values);
    if (reply.error !== undefined) throw reportedError(reply.error, text);
    return { ...reply, tag: reply.sets.at(-1)?.tag ?? null };
  }
}
