import type { Sql } from '../sql.ts';

/** Names of all sources that have documents. */
export async function storedSources(sql: Sql): Promise<string[]> {
  const { rows } = await sql.query<{ source: string }>(
    'select distinct source from document order by source',
  );
  return rows.map(({ source }) => source);
}
