import { migrate } from '../adapters/postgres/migrate.ts';
import { moveDatabase } from '../adapters/postgres/move.ts';
import { openDatabase } from '../adapters/postgres/open.ts';
import { readConfig } from '../config.ts';
import { MIGRATIONS } from '../main.ts';

/** Migrates the configured database, or moves the embedded one to the server at `to`. */
export async function migrateCommand(to: string | undefined): Promise<void> {
  const config = readConfig(process.env, process.cwd());
  const database = await openDatabase({ url: to === undefined ? config.databaseUrl : undefined, home: config.home, onProgress: console.log });
  try {
    const applied = await migrate(database, MIGRATIONS, console.log);
    if (to === undefined) {
      console.log(applied.length > 0 ? `Applied ${applied.join(', ')}.` : 'The database is up to date.');
      return;
    }
    const moved = await moveDatabase(database, to, MIGRATIONS);
    console.log(`Moved ${moved.rows} rows in ${moved.tables} tables. Set DATABASE_URL to that server and start Sitrep.`);
  } finally {
    await database.close();
  }
}
