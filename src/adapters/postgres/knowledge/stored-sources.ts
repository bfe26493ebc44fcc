import type { Sql } from '../sql.ts';

/** Names of all sources that have documents. */
export async function storedSources(sql: Sql): Promise<string[]> {
  const { rows } = await sql.query<{ source: string }>(
    'select distinct source from document order by source',
  );
  return rows.map(({ source }) => source);
}

/** Notes that a source was read whole just now, for doctor. */
export async function noteReading(sql: Sql, source: string): Promise<void> {
  await sql.query(
    `insert into knowledge_reading (source, read_at) values ($1, now())
     on conflict (source) do update set read_at = now()`,
    [source],
  );
}

/** How much is stored, and when each source was last read whole; null where the tables are not there yet. */
export async function knowledgeState(
  sql: Sql,
): Promise<{ documents: number; passages: number; readAt: ReadonlyMap<string, Date> } | null> {
  const { rows: tables } = await sql.query<{ there: boolean }>(
    `select to_regclass('knowledge_reading') is not null as there`,
  );
  if (!tables[0]?.there) return null;
  const { rows } = await sql.query<{ documents: number; passages: number }>(
    'select (select count(*) from document) as documents, (select count(*) from passage) as passages',
  );
  const read = await sql.query<{ source: string; at: Date }>(
    'select source, read_at as at from knowledge_reading',
  );
  const { documents = 0, passages = 0 } = rows[0] ?? {};
  return { documents, passages, readAt: new Map(read.rows.map(({ source, at }) => [source, at])) };
}
