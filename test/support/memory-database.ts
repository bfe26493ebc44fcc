import { readFile, readdir } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import type { Database, Result, Sql } from '../../src/adapters/postgres/sql.ts';

const MIGRATIONS = new URL('../../migrations/', import.meta.url);

/** A database in memory with the whole schema. */
export async function memoryDatabase(): Promise<Database> {
  const db = await PGlite.create({ extensions: { vector } });
  await db.exec('create extension vector');
  for (const file of (await readdir(MIGRATIONS)).sort())
    await db.exec(await readFile(new URL(file, MIGRATIONS), 'utf8'));
  const over = (on: Pick<PGlite, 'query'>): Sql => ({
    async query<R>(text: string, params: readonly unknown[] = []): Promise<Result<R>> {
      const { rows, affectedRows } = await on.query<R>(text, [...params]);
      return { rows, rowCount: rows.length || (affectedRows ?? 0) };
    },
  });
  return {
    ...over(db),
    kind: 'embedded',
    schema: 'public',
    tx: (work) => db.transaction((tx) => work(over(tx as Pick<PGlite, 'query'>))),
    listen: (channel, fn) => db.listen(channel, fn),
    close: () => db.close(),
  };
}
