import { openServer } from '../adapters/postgres/server.ts';
import type { Database } from '../adapters/postgres/sql.ts';

const CONNECTIONS = 3;
/** A connection whose other end has vanished without a word would otherwise be waited for. */
const PATIENCE_MS = 15_000;

/**
 * Connections of their own for recording and placing alerts and for sending messages, so that these wait for no
 * step. The embedded database has but one connection.
 */
export async function openUrgent(database: Database, url: string | undefined): Promise<Database> {
  if (!url) return database;
  return openServer({ url, schema: database.schema, connections: CONNECTIONS, patienceMs: PATIENCE_MS });
}
