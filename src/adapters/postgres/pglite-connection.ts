import { Worker } from 'node:worker_threads';
import type { Reply, Request, RunReply, WorkerStart } from './pglite-messages.ts';
import { connectionError, DatabaseError } from './database-error.ts';
import type { WireValue } from './values.ts';

interface Waiting {
  resolve: (reply: Reply) => void;
  reject: (error: DatabaseError) => void;
  statement: string | undefined;
}

/** The conversation with the worker thread: requests by number, answers in order. */
export class Connection {
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

  async run(text: string, values: WireValue[] | undefined): Promise<RunReply> {
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
