import { randomUUID } from 'node:crypto';
import type { PgBoss } from 'pg-boss';
import type { DeadJob, EnqueueOptions, JobHandler, JobLog, Jobs, QueueOptions } from './job-queue.ts';
import type { Database, Sql } from './sql.ts';
import { quoteName } from './sql.ts';
import { messageOf } from '../../incident/text.ts';

/** The queue that dead jobs of all others are copied to. */
export const DEAD = 'dead';

// The least pg-boss allows: a killed process's jobs are taken over after this and one look around.
export const HEARTBEAT_S = 10;

const DEFAULT_CONCURRENCY = 2;

/** Our queue operations in terms of a started pg-boss. */
export class PgBossJobs implements Jobs {
  readonly #db: Database;
  readonly #boss: PgBoss;
  readonly #schema: string;
  readonly #log: JobLog;
  readonly #declared = new Set<string>();
  readonly #workers = new Map<string, string[]>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopListening: () => Promise<void> = () => Promise.resolve();
  #draining: Promise<void> | undefined;

  constructor(db: Database, boss: PgBoss, schema: string, log: JobLog) {
    this.#db = db;
    this.#boss = boss;
    this.#schema = schema;
    this.#log = log;
  }

  // Our own channel and not pg-boss's: a job that is skipped because one with its key waits already must
  // wake the workers too, and so must the end of a run while more jobs wait.
  async listen(): Promise<void> {
    const wakeAll = (): void => {
      for (const queue of this.#workers.keys()) this.#wake(queue);
    };
    this.#stopListening = await this.#db.listen(this.#channel, (queue) => this.#wake(queue), wakeAll);
  }

  async declare(queue: string, options: QueueOptions): Promise<void> {
    const settings = {
      retryLimit: options.retryLimit,
      retryDelay: options.retryDelayS,
      retryBackoff: options.retryDelayS > 0,
      expireInSeconds: options.expireS,
      deadLetter: DEAD,
      ...(options.retryDelayMaxS === undefined ? {} : { retryDelayMax: options.retryDelayMaxS }),
    };
    await this.#boss.createQueue(queue, { ...settings, policy: 'short', heartbeatSeconds: HEARTBEAT_S });
    // The queue may be there from an earlier version with other numbers.
    await this.#boss.updateQueue(queue, settings);
    this.#declared.add(queue);
  }

  async define(queue: string, options: QueueOptions, handler: JobHandler): Promise<void> {
    await this.declare(queue, options);
    await this.#work(queue, options.concurrency ?? DEFAULT_CONCURRENCY, async (job) => {
      try {
        await handler(job.data, job.signal);
      } catch (error) {
        const message = messageOf(error);
        this.#log.warn({ queue, job: job.id, attempt: job.retryCount + 1, error: message }, 'A job failed');
        // Only the message goes into the table: other properties of an error may hold anything.
        // oxlint-disable-next-line preserve-caught-error -- the reason stands above
        throw new Error(message);
      }
    });
  }

  async enqueue(sql: Sql, queue: string, data: object, options: EnqueueOptions = {}): Promise<void> {
    if (!this.#declared.has(queue)) {
      throw new Error(
        `Queue ${queue} is not known in this process: call declare() or define() for it first.`,
      );
    }
    const startAfter = options.startAfterS ?? 0;
    // The queue's policy allows one waiting job a key; a job without one gets a key that nobody else has.
    const key = options.key ?? randomUUID();
    const send = (): Promise<string | null> =>
      this.#boss.send(queue, data, {
        singletonKey: key,
        startAfter,
        db: { executeSql: (text, values) => sql.query(text, values) },
      });
    // A worker may take the waiting job between the two statements; then there is room for ours.
    while ((await send()) === null) {
      if (await this.#joinWaiting(sql, queue, key, startAfter)) break;
    }
    await sql.query('select pg_notify($1, $2)', [this.#channel, queue]);
    if (startAfter > 0) this.#wakeLater(queue, startAfter * 1000);
  }

  // Updating locks the row until the caller's transaction ends, so that no worker starts the waiting job
  // before it can see what the caller has written.
  async #joinWaiting(sql: Sql, queue: string, key: string, startAfterS: number): Promise<boolean> {
    const { rowCount } = await sql.query(
      `update ${quoteName(this.#schema)}.job
          set start_after = least(start_after, now() + $3 * interval '1 second')
        where name = $1 and singleton_key = $2 and state = 'created'`,
      [queue, key, startAfterS],
    );
    return rowCount > 0;
  }

  async every(queue: string, cron: string, data: object = {}): Promise<void> {
    await this.#boss.schedule(queue, cron, data, { tz: 'UTC', singletonKey: 'schedule' });
  }

  async onDead(fn: (job: DeadJob) => Promise<void>): Promise<void> {
    await this.#work(DEAD, 1, async (job) => {
      const { rows } = await this.#db.query<{ queue: string; error: string | null }>(
        `select coalesce(source_name, name) as queue,
                coalesce(source_output -> 'value' ->> 'message', source_output ->> 'message') as error
           from ${quoteName(this.#schema)}.job where name = $1 and id = $2`,
        [DEAD, job.id],
      );
      await fn({ queue: rows[0]?.queue ?? 'unknown', data: job.data, error: rows[0]?.error ?? 'unknown' });
    });
  }

  async #work(
    queue: string,
    concurrency: number,
    run: (job: { id: string; data: unknown; signal: AbortSignal; retryCount: number }) => Promise<void>,
  ): Promise<void> {
    const ids: string[] = [];
    this.#workers.set(queue, ids);
    for (let index = 0; index < concurrency; index += 1) {
      let id = '';
      id = await this.#boss.work<object>(queue, { pollingIntervalSeconds: 2 }, async ([job]) => {
        if (job === undefined) return;
        try {
          await run(job);
        } finally {
          // More may be waiting; without this the worker would rest until its next look.
          this.#boss.notifyWorker(id);
        }
      });
      ids.push(id);
    }
  }

  drain(): Promise<void> {
    this.#draining ??= (async () => {
      for (const timer of this.#timers) clearTimeout(timer);
      // Stopped first, so that no worker takes a waiting job while the listening ends.
      const stopped = this.#boss.stop({ graceful: true, timeout: 30_000, close: false });
      await this.#stopListening();
      await stopped;
    })();
    return this.#draining;
  }

  get #channel(): string {
    return `${this.#schema}_wake`;
  }

  #wake(queue: string): void {
    for (const id of this.#workers.get(queue) ?? []) this.#boss.notifyWorker(id);
  }

  #wakeLater(queue: string, delayMs: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#wake(queue);
    }, delayMs + 20);
    timer.unref();
    this.#timers.add(timer);
  }
}
