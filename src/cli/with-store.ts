import { migrate } from '../adapters/postgres/migrate.ts';
import { DirectoryLocked } from '../adapters/postgres/lock.ts';
import { openDatabase } from '../adapters/postgres/open.ts';
import { createStore, type Store } from '../adapters/postgres/store/store.ts';
import type { Database } from '../adapters/postgres/sql.ts';
import { readConfig, type Config } from '../config.ts';
import { MIGRATIONS } from '../main.ts';
import type { Vault } from '../incident/seal.ts';
import { assertOpens, auditVault } from '../main/audit-keys.ts';
import { stopOutside } from '../main/stop-file.ts';

/**
 * Opens the database for one command that only reads or writes rows. The embedded database belongs to
 * one process at a time, so this fails with a plain sentence while Sitrep runs on it.
 */
export async function withStore<T>(
  work: (parts: {
    config: Config;
    database: Database;
    vault: Vault;
    transaction: <R>(inside: (store: Store) => Promise<R>) => Promise<R>;
  }) => Promise<T>,
  { migrates = true } = {},
): Promise<T> {
  const config = readConfig(process.env, process.cwd());
  const database = await openDatabase({
    url: config.databaseUrl,
    home: config.home,
    onProgress: (text) => console.error(text),
  }).catch((error: unknown) => {
    // Another directory would hold another record, which is not what was asked about.
    if (error instanceof DirectoryLocked)
      throw new Error(
        `The embedded database in ${error.directory} is in use by ${error.owner}, and serves one process only. Run this when that one has stopped; with a PostgreSQL server (DATABASE_URL) it runs beside Sitrep.`,
        { cause: error },
      );
    throw error;
  });
  try {
    if (migrates) await migrate(database, MIGRATIONS);
    const enqueue = async () => {
      throw new Error('this command cannot queue work');
    };
    const vault = auditVault(config);
    await assertOpens(database, vault);
    const options = { vault, outsideStop: stopOutside(config.stop, config.home), enqueue };
    return await work({
      config,
      database,
      vault,
      transaction: (inside) => database.tx((sql) => inside(createStore(sql, options))),
    });
  } finally {
    await database.close();
  }
}
