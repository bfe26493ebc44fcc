import type { WireValue } from './values.ts';

/** Given to the worker thread when it starts. */
export interface WorkerStart {
  /** Data directory, or undefined for a database in memory. */
  directory: string | undefined;
  /** Gzipped tar of a data directory to begin with, for tests. */
  image?: Uint8Array;
}

/** What the main thread asks of the worker; answered in order, each with the same id. */
export type Request =
  | { id: number; do: 'run'; text: string; values: WireValue[] | undefined }
  | { id: number; do: 'dump' }
  | { id: number; do: 'close' };

/** One statement's outcome: column types and undecoded values. */
export interface ResultSet {
  columns: { name: string; oid: number }[];
  rows: (string | null)[][];
  /** The command tag, such as `INSERT 0 1`. */
  tag: string;
}

/** `transaction`: I idle, T in a transaction, E in a failed one. */
export interface RunReply {
  sets: ResultSet[];
  transaction: string;
  error?: { message: string; code: string | undefined; constraint: string | undefined };
}

export type Reply =
  | { type: 'ready' }
  | { type: 'failed'; message: string }
  | { type: 'notification'; channel: string; payload: string }
  | { type: 'ran'; id: number; reply: RunReply }
  | { type: 'dumped'; id: number; image: Uint8Array }
  | { type: 'closed'; id: number }
  | { type: 'broken'; id: number; message: string };
