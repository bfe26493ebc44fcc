/** One result row: column name → value as node-postgres would give it. */
export type Row = Record<string, unknown>;

/** What a query gives back. `rowCount` counts rows returned or changed, 0 for commands without any. */
export interface Result<R> {
  rows: R[];
  rowCount: number;
}

/**
 * Something that runs SQL: a database, or one open transaction of it.
 *
 * With parameters the text holds exactly one statement. Without, it may hold several; then the rows of
 * all of them come back one after the other, and `rowCount` is their sum.
 *
 * Values arrive as node-postgres parses them: timestamptz as Date, jsonb parsed, bytea as Buffer, numeric
 * as string, vector as its text `[1,2,3]`. One difference: int8 is a number, and one beyond 2^53 is an
 * error instead of a string that adds like text.
 *
 * Throws `DatabaseError`, which never carries parameters.
 */
export interface Sql {
  query<R = Row>(text: string, params?: readonly unknown[]): Promise<Result<R>>;
}

/** An open database: the embedded one or a server, with the same behaviour as far as this interface goes. */
export interface Database extends Sql {
  /**
   * Runs `work` in one transaction, committed when it resolves and rolled back when it rejects.
   * Inside, only the given `sql` may be used: a query on the database itself from within the same
   * asynchronous context fails at once, because on the embedded database it could only wait for ever.
   * After a deadlock, which rolls one of its transactions back, `work` is run again from its beginning:
   * it must not keep anything from an earlier run.
   */
  tx<T>(work: (sql: Sql) => Promise<T>): Promise<T>;

  /**
   * Calls `fn` with the payload of every notification on `channel`, and `onGap` after a lost connection
   * is back, when notifications may have been missed. A notification is a hint that saves waiting: whoever
   * must not miss anything also looks at the rows. Resolves to a function that stops listening.
   */
  listen(channel: string, fn: (payload: string) => void, onGap?: () => void): Promise<() => Promise<void>>;

  /** Waits for running work, then closes. Closing twice is harmless. */
  close(): Promise<void>;

  readonly kind: 'embedded' | 'server';

  /** The schema that all tables of this database live in; first on the search path. */
  readonly schema: string;
}

/** Quotes a name for use in SQL text. Values never go this way; they are parameters. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
