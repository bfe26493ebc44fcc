import { AsyncLocalStorage } from 'node:async_hooks';
import type { Sql } from './sql.ts';
import { DatabaseError } from './database-error.ts';

/**
 * Knows whether the current asynchronous context is inside an open transaction of one database.
 *
 * The embedded database has a single connection: a query on the database from inside its own transaction
 * would wait for itself for ever. On a server it would run outside the transaction, which is a mistake that
 * shows only now and then. Both databases therefore refuse it at once.
 */
export class TransactionScope {
  readonly #current = new AsyncLocalStorage<{ open: boolean }>();

  /** Throws when called from inside a transaction that is still open. */
  refuseInside(what: string): void {
    if (this.#current.getStore()?.open !== true) return;
    throw new DatabaseError(
      `${what} on the database while a transaction is open here: use the sql that tx() handed to your function.`,
      { code: '25001' },
    );
  }

  /** Runs `work` as the inside of a transaction; the `sql` it gets stops working when it is over. */
  async run<T>(sql: Sql, work: (sql: Sql) => Promise<T>): Promise<T> {
    const scope = { open: true };
    const guarded: Sql = {
      async query(text, params) {
        if (!scope.open) {
          throw new DatabaseError('This transaction is over: something used its sql without being awaited.', {
            code: '25000',
            statement: text,
          });
        }
        return sql.query(text, params);
      },
    };
    try {
      return await this.#current.run(scope, () => work(guarded));
    } finally {
      scope.open = false;
    }
  }

  /** Runs `work` as if no transaction were open: for callbacks that must not inherit one. */
  outside<T>(work: () => T): T {
    return this.#current.exit(work);
  }
}

/**
 * Checks the answer to COMMIT. After a failed statement whose error was swallowed, PostgreSQL answers
 * COMMIT with a rollback and no error; the caller must hear of it.
 */
export function assertCommitted(commandTag: string | null): void {
  if (commandTag !== 'ROLLBACK') return;
  throw new DatabaseError(
    'The transaction was rolled back because a statement in it had failed and the error was swallowed.',
    { code: '25P02' },
  );
}
