import { Worker } from 'node:worker_threads';
import type { Database, Result, Sql } from './sql.ts';
import type { Reply, Request, RunReply, WorkerStart } from './pglite-messages.ts';
import { connectionError, DatabaseError, reportedError } from './database-error.ts';
import { quoteName } from './sql.ts';
import { prepareSchema } from './schema.ts';
import { assertCommitted, TransactionScope } from './transaction-scope.ts';
import { Turn } from './turn.ts';
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

interface Waiting {
  resolve: (reply: Reply) => void;
  reject: (error: DatabaseError) => void;
  statement: string | undefined;
}

/** The conversation with the worker thread: requests by number, answers in order. */
class Connection {
  onNotification: (channel: string, payload: string) => void = () => {};
  /** Whether the last answer left a transaction open. */
  inTransaction = false;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  #lost: string | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  static async open(start: WorkerStart): Promise<Connection> {
    const worker = new Worker(new URL('./pglite-worker.ts', import.meta.url), {
      workerData: start,
      name: 'database',
      // Flags of the main thread, such as --eval's, need not suit a thread that runs a file.
      execArgv: [],
    });
    const connection = new Connection(worker);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    worker.on('message', (reply: Reply) => {
      if (reply.type === 'ready') resolve();
      else if (reply.type === 'failed') reject(openingError(reply.message));
      else connection.#receive(reply);
    });
    const lose = (reason: string): void => {
      reject(openingError(reason));
      connection.#lose(reason);
    };
    worker.on('error', (error: Error) => lose(error.message.split('\n', 1)[0] ?? 'unknown'));
    worker.on('exit', (code) => lose(`its thread ended with code ${code}`));
    try {
      await promise;
    } catch (error) {
      await worker.terminate();
      throw error;
    }
    return connection;
  }

  async run(text: string, values: (string | Uint8Array | null)[] | undefined): Promise<RunReply> {
    const answer = await this.#ask((id) => ({ id, do: 'run', text, values }), text);
    if (answer.type !== 'ran') throw this.#confused(answer);
    this.inTransaction = answer.reply.transaction !== 'I';
    return answer.reply;
  }

  async dump(): Promise<Uint8Array> {
    const answer = await this.#ask((id) => ({ id, do: 'dump' }));
    if (answer.type !== 'dumped') throw this.#confused(answer);
    return answer.image;
  }

  async close(): Promise<void> {
    if (this.#lost !== undefined) return;
    try {
      await this.#ask((id) => ({ id, do: 'close' }));
    } finally {
      this.#lose('it was closed');
      await this.#worker.terminate();
    }
  }

  #ask(request: (id: number) => Request, statement?: string): Promise<Reply> {
    if (this.#lost !== undefined) return Promise.reject(connectionLost(this.#lost, statement));
    const id = this.#next++;
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    this.#waiting.set(id, { resolve, reject, statement });
    this.#worker.postMessage(request(id));
    return promise;
  }

  #receive(reply: Exclude<Reply, { type: 'ready' | 'failed' }>): void {
    if (reply.type === 'notification') {
      this.onNotification(reply.channel, reply.payload);
      return;
    }
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.type === 'broken') {
      waiting?.reject(new DatabaseError(reply.message, { code: 'XX000', statement: waiting.statement }));
      return;
    }
    waiting?.resolve(reply);
  }

  #lose(reason: string): void {
    this.#lost ??= reason;
    for (const waiting of this.#waiting.values()) waiting.reject(connectionLost(reason, waiting.statement));
    this.#waiting.clear();
  }

  #confused(answer: Reply): DatabaseError {
    return new DatabaseError(`The database thread answered ${answer.type} out of turn.`, { code: 'XX000' });
  }
}

function connectionLost(reason: string, statement: string | undefined): DatabaseError {
  return connectionError(`the embedded database is gone, ${reason}`, statement);
}

function openingError(reason: string): DatabaseError {
  return new DatabaseError(`The embedded database could not be opened: ${reason}.`, { code: '08006' });
}
