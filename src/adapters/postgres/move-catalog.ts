import type { Sql } from './sql.ts';

export interface Column {
  name: string;
  /** The type as SQL writes it, such as `vector(384)` or `sitrep_jobs.job_state`. */
  type: string;
}

export interface Table {
  schema: string;
  name: string;
  /** Those that hold data of their own: not the generated ones. */
  columns: Column[];
}

/** All tables with their columns, by name. Of a partitioned table the parent stands for its parts. */
export async function readTables(sql: Sql, schemas: readonly string[]): Promise<Table[]> {
  const { rows } = await sql.query<Table>(
    `select n.nspname as schema, c.relname as name,
            json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod))
                     order by a.attname) as columns
       from pg_class c
       join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid
      where n.nspname = any($1) and c.relkind in ('r', 'p') and not c.relispartition
        and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      group by 1, 2
      order by 1, 2`,
    [schemas],
  );
  return rows;
}

/** Foreign keys that are checked row by row, with the table they belong to. */
export async function foreignKeys(
  sql: Sql,
  schemas: readonly string[],
): Promise<{ schema: string; name: string; constraint: string }[]> {
  const { rows } = await sql.query<{ schema: string; name: string; constraint: string }>(
    `select n.nspname as schema, c.relname as name, k.conname as constraint
       from pg_constraint k
       join pg_class c on c.oid = k.conrelid
       join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = any($1) and k.contype = 'f' and not k.condeferrable and k.conparentid = 0`,
    [schemas],
  );
  return rows;
}

/** All sequences, those of serial and identity columns included. */
export async function sequences(
  sql: Sql,
  schemas: readonly string[],
): Promise<{ schema: string; name: string }[]> {
  const { rows } = await sql.query<{ schema: string; name: string }>(
    `select n.nspname as schema, c.relname as name
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = any($1) and c.relkind = 'S'`,
    [schemas],
  );
  return rows;
}
