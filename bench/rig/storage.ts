import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** The database that a bench runs on, seen from outside of Sitrep. */
export type Storage = {
  /** What DATABASE_URL is for Sitrep; undefined for the embedded database. */
  url: string | undefined;
  /** For people and the last line: which database, and whether a commit waits for the disk. */
  name: string;
  /** Asks beside Sitrep. Null where only Sitrep itself can: the embedded database has one owner. */
  query: (<R>(text: string, params?: unknown[]) => Promise<R[]>) | null;
  close(): Promise<void>;
};

/** The schema that Sitrep uses on a server. */
const SEARCH_PATH = 'sitrep, public';

/** A fresh database on the server of `url`, dropped on close; or the embedded one where there is no `url`. */
export async function openStorage(url: string | undefined): Promise<Storage> {
  if (!url) {
    return { url: undefined, name: 'embedded (PGlite, in this process)', query: null, close: async () => {} };
  }
  const admin = new pg.Pool({ connectionString: url, max: 1 });
  const name = `sitrep_bench_${randomBytes(4).toString('hex')}`;
  await admin.query(`create database ${name}`).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The bench makes a database of its own on the server of DATABASE_URL and could not: ${reason}. ` +
        'Name a user who may create databases, or unset it to use the embedded database.',
      { cause: error },
    );
  });
  const { rows } = await admin.query<{ version: string; fsync: string; commit: string }>(
    `select current_setting('server_version') as version, current_setting('fsync') as fsync,
            current_setting('synchronous_commit') as commit`,
  );
  const at = new URL(url);
  at.pathname = `/${name}`;
  const pool = new pg.Pool({
    connectionString: at.href,
    max: 2,
    onConnect: async (client) => {
      await client.query(`set search_path to ${SEARCH_PATH}`);
    },
  });
  // Both survive a stopped server: what asks next gets the error.
  for (const one of [admin, pool]) one.on('error', () => {});
  return {
    url: at.href,
    name: `PostgreSQL ${rows[0]?.version.split(' ')[0]} (fsync ${rows[0]?.fsync}, synchronous_commit ${rows[0]?.commit})`,
    async query<R>(text: string, params: unknown[] = []) {
      return (await pool.query(text, params)).rows as R[];
    },
    async close() {
      await pool.end();
      await admin.query(`drop database if exists ${name} with (force)`).catch(() => {});
      await admin.end();
    },
  };
}
