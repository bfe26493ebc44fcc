import { migrate } from '../adapters/postgres/migrate.ts';
import { moveDatabase } from '../adapters/postgres/move.ts';
import { openDatabase } from '../adapters/postgres/open.ts';
import { readConfig, type Config } from '../config.ts';
import { MIGRATIONS } from '../main.ts';

/** Migrates the configured database, or moves the embedded one to the server at `to`. */
export async function migrateCommand(to: string | undefined): Promise<void> {
  const config = readConfig(process.env, process.cwd());
  return to === undefined ? bringUpToDate(config) : move(config, to);
}

async function bringUpToDate({ databaseUrl, home }: Config): Promise<void> {
  const database = await openDatabase({ url: databaseUrl, home, onProgress: console.log });
  try {
    const applied = await migrate(database, MIGRATIONS, console.log);
    console.log(applied.length > 0 ? `Applied ${applied.join(', ')}.` : 'The database is up to date.');
  } finally {
    await database.close();
  }
}

async function move({ home }: Config, url: string): Promise<void> {
  const from = await openDatabase({ home, onProgress: console.log });
  try {
    await migrate(from, MIGRATIONS, console.log);
    const to = await openDatabase({ url, home });
    try {
      const moved = await moveDatabase(from, to, { migrations: MIGRATIONS, onProgress: console.log });
      const counts = Object.values(moved);
      const rows = counts.reduce((sum, count) => sum + count, 0);
      console.log(
        `Moved ${rows} rows in ${counts.length} tables. Set DATABASE_URL to that server and start Sitrep.`,
      );
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}
