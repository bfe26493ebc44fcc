import type { ConnectionOptions } from 'pg-boss';
import type { Database } from './sql.ts';

/** Lets pg-boss use our database, and with it our connection limit, our errors and the one worker thread. */
export function jobDatabase(db: Database): NonNullable<ConnectionOptions['db']> {
  return {
    executeSql: (text, values) => db.query(text, values),
  };
}
