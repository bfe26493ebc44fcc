import { grantTo } from '../adapters/postgres/grant.ts';
import { migrate } from '../adapters/postgres/migrate.ts';
import { moveDatabase } from '../adapters/postgres/move.ts';
import { openDatabase } from '../adapters/postgres/open.ts';
import { readConfig, type Config } from '../config.ts';
import { MIGRATIONS } from '../main.ts';

/** Migrates the configured database and grants a role what it needs, or moves the embedded one to the server at `to`. */
export async function migrateCommand(options: { to?: string; grantTo?: string }): Promise<void> {
  const config = readConfig(process.env, process.cwd());
  return options.to === undefined ? bringUpToDate(config, options.grantTo) : move(config, options.to);
}

async function bringUpToDate({ databaseUrl, home }: Config, role: string | undefined): Promise<void> {
  if (role !== undefined && !databaseUrl)
    throw new Error('Roles are for a PostgreSQL server. Set DATABASE_URL, as the owner of its tables.');
  const database = await openDatabase({ url: databaseUrl, home, onProgress: console.log });
  try {
    const applied = await migrate(database, MIGRATIONS, console.log);
    console.log(applied.length > 0 ? `Applied ${applied.join(', ')}.` : 'The database is up to date.');
    if (role === undefined) return;
    await grantTo(database, role);
    console.log(`${role} may run Sitrep: of the record it may add and read, and nothing else.`);
  } finally {
    await database.close();
  }
}

async function move({ home, audit }: Config, url: string): Promise<void> {
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
      if (audit.keys.length === 0)
        console.log(`Set SITREP_AUDIT_KEY to what is in ${home}/audit-key: the record is sealed with it.`);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}
