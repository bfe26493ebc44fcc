import type { Sql } from '../sql.ts';

/** Ids of terms, the new ones entered with counts of zero. The caller holds the lock on the corpus. */
export async function termIds(sql: Sql, terms: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql.query<TermRow>('select id, term from term where term = any($1)', [terms]);
  const ids = new Map(rows.map(({ id, term }) => [term, id]));
  // Looked for first, because an insert that meets a conflict uses up an id all the same.
  const missing = terms.filter((term) => !ids.has(term));
  if (missing.length === 0) return ids;
  const added = await sql.query<TermRow>(
    `insert into term (term, documents) select term, 0 from unnest($1::text[]) as new (term)
     returning id, term`,
    [missing],
  );
  for (const { id, term } of added.rows) ids.set(term, id);
  return ids;
}

/** By how much the counts of terms change, by id. */
export class TermChanges {
  readonly #changes = new Map<number, number>();

  add(id: number, by: 1 | -1): void {
    this.#changes.set(id, (this.#changes.get(id) ?? 0) + by);
  }

  async write(sql: Sql): Promise<void> {
    const changed = [...this.#changes].filter(([, by]) => by !== 0);
    if (changed.length === 0) return;
    await sql.query(
      `update term set documents = term.documents + by.documents
         from unnest($1::int[], $2::int[]) as by (id, documents) where term.id = by.id`,
      [integers(changed.map(([id]) => id)), integers(changed.map(([, by]) => by))],
    );
    const fewer = changed.filter(([, by]) => by < 0).map(([id]) => id);
    if (fewer.length > 0)
      await sql.query('delete from term where documents = 0 and id = any($1::int[])', [integers(fewer)]);
  }
}

/** An array of integers as PostgreSQL writes it; many thousands at once would be slow to convert one by one. */
export function integers(numbers: readonly number[]): string {
  return `{${numbers.join(',')}}`;
}

type TermRow = { id: number; term: string };
