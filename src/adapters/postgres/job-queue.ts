import type { Sql } from './sql.ts';

/** Where problems with jobs are told; a pino logger fits. */
export interface JobLog {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface QueueOptions {
  /** How often a failed job is tried again before it is dead. */
  retryLimit: number;
  /** Seconds before the first retry; doubled for each further one. */
  retryDelayS: number;
  /** Upper limit of that delay, in seconds. */
  retryDelayMaxS?: number;
  /** Seconds one run may take; then its signal is aborted and the run counts as failed. */
  expireS: number;
  /** Jobs of this queue that this process runs at once. Default 2. */
  concurrency?: number;
}

/** Runs one job. Rejecting fails it. `signal` is aborted when its time is up or it was taken away. */
export type JobHandler = (data: unknown, signal: AbortSignal) => Promise<void>;

/** A job that failed for the last time. */
export interface DeadJob {
  queue: string;
  data: unknown;
  /** What the last run failed with. */
  error: string;
}

export interface EnqueueOptions {
  /** Seconds to wait before it may start. */
  startAfterS?: number;
  /**
   * While a job with the same key waits in the queue, no second one is added; the waiting one starts at
   * the earlier of both times and, as long as the transaction is open, not before it ends. A job that has
   * already begun does not count: what it has read may be older than what is being committed.
   */
  key?: string;
}

/** Durable jobs: committed with the caller's transaction, run at least once, retried, taken over after a crash. */
export interface Jobs {
  /** Makes the queue known, for a process that only adds jobs to it. */
  declare(queue: string, options: QueueOptions): Promise<void>;
  /** Makes the queue known and runs its jobs in this process. */
  define(queue: string, options: QueueOptions, handler: JobHandler): Promise<void>;
  /** Adds a job in the caller's transaction: it exists if and only if that commits. */
  enqueue(sql: Sql, queue: string, data: object, options?: EnqueueOptions): Promise<void>;
  /** Adds a job to a queue at each occurrence of a cron expression (minutes, UTC); replaces an earlier one. */
  every(queue: string, cron: string, data?: object): Promise<void>;
  /** Runs `fn` once for every dead job of any queue; rejecting has it run again. */
  onDead(fn: (job: DeadJob) => Promise<void>): Promise<void>;
  /** Takes no new jobs, waits for the running ones (30 s at most), and stops. The database stays open. */
  drain(): Promise<void>;
}
