import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { TEST_DATABASE_URL } from './database.ts';

/** The environment that leads a program to a database of its own, and how to remove that again. */
export type OwnDatabase = { environment: Record<string, string>; drop(): Promise<void> };

/**
 * For programs that run as processes: they choose their schema themselves, so on the server in TEST_DATABASE_URL
 * each gets a whole database. Without one they use the embedded database in their home.
 */
export async function ownDatabase(): Promise<OwnDatabase> {
  const server = TEST_DATABASE_URL;
  if (server === undefined) return { environment: {}, drop: async () => undefined };
  const name = `sitrep_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
  await run(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = name;
  return {
    environment: { DATABASE_URL: url.href, SITREP_AUDIT_KEY: Buffer.alloc(32, 1).toString('base64') },
    drop: () => run(server, `drop database if exists ${name} with (force)`),
  };
}

async function run(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
