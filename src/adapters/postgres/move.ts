import type { Database, Sql } from './sql.ts';
import { migrate } from './migrate.ts';
import { openJobs } from './jobs.ts';
import { type Column, foreignKeys, readTables, sequences, type Table } from './move-catalog.ts';
import { quoteName } from './sql.ts';

/** Rows sent at once; with parameters as text this stays far below any message limit. */
const BATCH = 500;

/** The target cannot take the data; nothing was changed in it. */
export class MoveRefused extends Error {
  override readonly name = 'MoveRefused';
}

export interface MoveOptions {
  /** Directory of the migrations that make the schema in the target. */
  migrations: string;
  onProgress?: (text: string) => void;
}

/** How many rows went where: `schema.table` → rows. */
export type Moved = Record<string, number>;

/**
 * Copies everything from one database into another that is still empty, waiting jobs included: `sitrep
 * migrate --to URL`. The source stays as it is; nothing else may be using it, which for the embedded one
 * its lock ensures. Both must be opened with the same schema name. Everything is copied in one transaction of
 * the target and counted before it commits. Throws `MoveRefused` if the target has data or other tables.
 *
 * Values travel as PostgreSQL's own text form, which every type reads back exactly; a copy of the data
 * directory would not do, because it ties the data to one build of the embedded database.
 */
export async function moveDatabase(from: Database, to: Database, options: MoveOptions): Promise<Moved> {
  const say = options.onProgress ?? (() => {});
  if (from.schema !== to.schema) {
    throw new MoveRefused(
      `The source has schema ${from.schema} and the target ${to.schema}; open both with the same.`,
    );
  }
  await prepare(from, to, options.migrations);
  const schemas = [from.schema, `${from.schema}_jobs`];
  return from.tx((source) =>
    to.tx(async (target) => {
      await target.query(
        'set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0',
      );
      const tables = await sameTables(source, target, schemas);
      await refuseData(target, tables, from.schema);
      const moved = await withoutConstraints(target, schemas, tables, async () => {
        const counts: Moved = {};
        for (const table of tables) {
          counts[`${table.schema}.${table.name}`] = await copy(source, target, table);
          say(`Copied ${table.schema}.${table.name}.`);
        }
        return counts;
      });
      await copySequences(source, target, schemas);
      await assertCounts(target, tables, moved);
      // What the source was running when it stopped has no process in the target either.
      await target.query(
        `update ${quoteName(`${to.schema}_jobs`)}.job set state = 'retry', start_after = now() where state = 'active'`,
      );
      return moved;
    }),
  );
}

// Both get all migrations and the tables of the job queue, the source too: it may never have run jobs.
async function prepare(from: Database, to: Database, migrations: string): Promise<void> {
  const log = { warn: () => {}, error: () => {} };
  for (const db of [from, to]) {
    await migrate(db, migrations);
    const jobs = await openJobs(db, { log });
    await jobs.drain();
  }
}

async function sameTables(source: Sql, target: Sql, schemas: readonly string[]): Promise<Table[]> {
  const [tables, found] = [await readTables(source, schemas), await readTables(target, schemas)];
  const shape = (list: readonly Table[]): Map<string, string> =>
    new Map(list.map((table) => [`${table.schema}.${table.name}`, JSON.stringify(table.columns)]));
  const expected = shape(tables);
  const actual = shape(found);
  for (const name of new Set([...expected.keys(), ...actual.keys()])) {
    if (expected.get(name) === actual.get(name)) continue;
    throw new MoveRefused(
      `Table ${name} is not the same in both databases. Start the target from an empty schema, and the source ` +
        'once with this version of the program.',
    );
  }
  return tables;
}

/** Tables that are filled by setting up, and are replaced by the source's rows. */
function isSetUp(table: Table, schema: string): boolean {
  return (table.schema === schema && table.name === 'migration') || table.schema !== schema;
}

async function refuseData(target: Sql, tables: readonly Table[], schema: string): Promise<void> {
  for (const table of tables) {
    const isJobs = table.schema !== schema && table.name === 'job';
    if (isSetUp(table, schema) && !isJobs) continue;
    const { rows } = await target.query(`select 1 from ${nameOf(table)} limit 1`);
    if (rows.length === 0) continue;
    throw new MoveRefused(
      `The target already has rows in ${table.schema}.${table.name}. Move into a database that Sitrep has not ` +
        'used yet, or drop its schemas there first if their contents are not needed.',
    );
  }
  for (const table of tables) {
    if (isSetUp(table, schema)) await target.query(`delete from ${nameOf(table)}`);
  }
}

/**
 * Runs `work` with foreign keys checked only at its end, so that the order of tables and rows does not
 * matter, and without our own triggers, which have done their work in the source already.
 */
async function withoutConstraints<T>(
  target: Sql,
  schemas: readonly string[],
  tables: readonly Table[],
  work: () => Promise<T>,
): Promise<T> {
  const keys = (await foreignKeys(target, schemas)).map(
    (key) => `alter table ${nameOf(key)} alter constraint ${quoteName(key.constraint)}`,
  );
  for (const alter of keys) await target.query(`${alter} deferrable initially deferred`);
  for (const table of tables) await target.query(`alter table ${nameOf(table)} disable trigger user`);
  const result = await work();
  await target.query('set constraints all immediate');
  for (const table of tables) await target.query(`alter table ${nameOf(table)} enable trigger user`);
  for (const alter of keys) await target.query(`${alter} not deferrable`);
  return result;
}

async function copy(source: Sql, target: Sql, table: Table): Promise<number> {
  const columns = table.columns;
  const asText = columns.map((column) => `${quoteName(column.name)}::text`).join(', ');
  await source.query(`declare rows_to_move no scroll cursor for select ${asText} from ${nameOf(table)}`);
  const insert = insertFrom(table);
  let count = 0;
  for (;;) {
    const { rows } = await source.query<Record<string, string | null>>(`fetch ${BATCH} from rows_to_move`);
    if (rows.length === 0) break;
    await target.query(
      insert,
      columns.map((column) => rows.map((row) => row[column.name] ?? null)),
    );
    count += rows.length;
  }
  await source.query('close rows_to_move');
  return count;
}

/** One statement for any number of rows: each column comes as an array of texts. */
function insertFrom(table: Table): string {
  const names = table.columns.map((column) => quoteName(column.name)).join(', ');
  const values = table.columns.map((column, index) => `c${index}::${column.type}`).join(', ');
  const arrays = table.columns.map((_, index) => `$${index + 1}::text[]`).join(', ');
  const aliases = table.columns.map((_: Column, index) => `c${index}`).join(', ');
  return `insert into ${nameOf(table)} (${names}) overriding system value
          select ${values} from unnest(${arrays}) as t(${aliases})`;
}

async function copySequences(source: Sql, target: Sql, schemas: readonly string[]): Promise<void> {
  for (const sequence of await sequences(source, schemas)) {
    const { rows } = await source.query<{ last: string; called: boolean }>(
      `select last_value::text as last, is_called as called from ${nameOf(sequence)}`,
    );
    const state = rows[0];
    await target.query('select setval($1::regclass, $2::bigint, $3)', [
      nameOf(sequence),
      state?.last ?? '1',
      state?.called ?? false,
    ]);
  }
}

async function assertCounts(target: Sql, tables: readonly Table[], moved: Moved): Promise<void> {
  for (const table of tables) {
    const { rows } = await target.query<{ n: number }>(`select count(*) as n from ${nameOf(table)}`);
    const name = `${table.schema}.${table.name}`;
    if (rows[0]?.n === moved[name]) continue;
    throw new MoveRefused(`${name} has ${rows[0]?.n} rows in the target and ${moved[name]} in the source.`);
  }
}

function nameOf(thing: { schema: string; name: string }): string {
  return `${quoteName(thing.schema)}.${quoteName(thing.name)}`;
}
