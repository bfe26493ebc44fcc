import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { migrate } from '../../src/adapters/postgres/migrate.ts';
import { openEmbedded } from '../../src/adapters/postgres/pglite.ts';
import { openServer } from '../../src/adapters/postgres/server.ts';
import { quoteName, type Database } from '../../src/adapters/postgres/sql.ts';
import { databaseImage } from '../../test/support/database-image.ts';
import { MIGRATIONS } from '../../test/support/migrations.ts';

/** A fresh database with all migrations: in memory, or a schema of its own on the server in TEST_DATABASE_URL. */
export async function freshDatabase(): Promise<Database> {
  const url = process.env['TEST_DATABASE_URL'];
  if (url === undefined) {
    return openEmbedded({
      directory: undefined,
      schema: 'sitrep',
      image: readFileSync(await databaseImage()),
    });
  }
  const db = await openServer({ url, schema: `prove_${randomUUID().replaceAll('-', '').slice(0, 16)}` });
  await migrate(db, MIGRATIONS);
  return db;
}

/** Closes it and leaves nothing on the server. */
export async function removeDatabase(db: Database): Promise<void> {
  if (db.kind === 'server') {
    for (const schema of [db.schema, `${db.schema}_jobs`]) {
      await db.query(`set client_min_messages = warning; drop schema if exists ${quoteName(schema)} cascade`);
    }
  }
  await db.close();
}
