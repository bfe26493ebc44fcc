import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inject } from 'vitest';
import { migrate } from '../../src/adapters/postgres/migrate.ts';
import { openEmbedded } from '../../src/adapters/postgres/pglite.ts';
import { openServer } from '../../src/adapters/postgres/server.ts';
import type { Database } from '../../src/adapters/postgres/sql.ts';
import { quoteName } from '../../src/adapters/postgres/sql.ts';
import { MIGRATIONS } from './migrations.ts';

/** The server that tests use when there is one; unset, they use the embedded database. */
export const TEST_DATABASE_URL = process.env['TEST_DATABASE_URL'];

/**
 * A fresh database with all migrations, about half a second away: a copy in memory of the embedded one, or
 * with TEST_DATABASE_URL a schema of its own on that server. Close it in afterAll; that also removes it.
 */
export async function testDatabase(): Promise<Database> {
  if (TEST_DATABASE_URL !== undefined) {
    const db = await serverDatabase();
    await migrate(db, MIGRATIONS);
    return db;
  }
  return openEmbedded({
    directory: undefined,
    schema: 'sitrep',
    image: readFileSync(inject('databaseImage')),
  });
}

/** An empty schema of its own on the test server, dropped when the database is closed. */
export async function serverDatabase(schema = freshSchema()): Promise<Database> {
  const db = await openServer({ url: TEST_DATABASE_URL ?? '', schema });
  const close = db.close.bind(db);
  let closed: Promise<void> | undefined;
  db.close = () => (closed ??= dropSchemas(db).finally(close));
  return db;
}

/** An empty embedded database in memory. */
export function embeddedDatabase(schema = freshSchema()): Promise<Database> {
  return openEmbedded({ directory: undefined, schema, image: readFileSync(inject('databaseImage')) });
}

/** Both kinds of database, for describe.each; the server only where there is one. */
export const DATABASES: [kind: string, open: (schema?: string) => Promise<Database>][] = [
  ['embedded', embeddedDatabase],
  ...(TEST_DATABASE_URL === undefined
    ? []
    : ([['server', serverDatabase]] as [[string, () => Promise<Database>]])),
];

/** A schema name that no other test uses. */
export function freshSchema(): string {
  return `test_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
}

async function dropSchemas(db: Database): Promise<void> {
  for (const schema of [db.schema, `${db.schema}_jobs`]) {
    await db.query(`set client_min_messages = warning; drop schema if exists ${quoteName(schema)} cascade`);
  }
}
