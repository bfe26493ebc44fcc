import type { Row, Sql } from '../../src/adapters/postgres/sql.ts';
import { createStore, type Store } from '../../src/adapters/postgres/store/store.ts';
import type { NewEntry } from '../../src/incident/journal.ts';
import { createVault, type Vault } from '../../src/incident/seal.ts';
import { testVault } from './vault.ts';

export const note = (incidentId: number | null, text: string): NewEntry => ({
  kind: 'note.added',
  incidentId,
  actor: 'U1',
  text,
});

/** A store in an open transaction, with another vault than the one that tests have. */
export function storeOn(sql: Sql, vault: Vault = testVault): Store {
  return createStore(sql, { vault, outsideStop: () => null, enqueue: async () => {} });
}

export async function incidentIn(sql: Sql, state = 'open'): Promise<number> {
  const { rows } = await sql.query<{ id: number }>(
    `insert into incident (title, severity, state) values ('t', 'critical', $1) returning id`,
    [state],
  );
  return rows[0]?.id ?? 0;
}

/** A vault that remembers for which incidents it made and unwrapped keys. */
export function countingVault() {
  const vault = createVault([Buffer.alloc(32, 9)]);
  const made: (number | null)[] = [];
  const unwrapped: (number | null)[] = [];
  const counting: Vault = {
    newKey(id) {
      made.push(id);
      return vault.newKey(id);
    },
    unwrap(wrapped, id) {
      unwrapped.push(id);
      return vault.unwrap(wrapped, id);
    },
    rewrap: (wrapped, id) => vault.rewrap(wrapped, id),
  };
  return { vault: counting, made, unwrapped };
}

/** The transaction, but for what happens at the statements that begin with `start`. */
export function differing(
  sql: Sql,
  start: string,
  change: { before?: () => Promise<unknown>; after?: () => Promise<unknown>; rows?: (rows: Row[]) => Row[] },
): Sql {
  return {
    async query<R>(text: string, params?: readonly unknown[]) {
      if (!text.startsWith(start)) return sql.query<R>(text, params);
      await change.before?.();
      const result = await sql.query<R>(text, params);
      await change.after?.();
      return { ...result, rows: (change.rows?.(result.rows as Row[]) ?? result.rows) as R[] };
    },
  };
}

/** A row as versions before sealing wrote it, with no link. */
export async function earlierRow(sql: Sql, incidentId: number, text: string): Promise<number> {
  const { rows } = await sql.query<{ seq: number }>(
    `insert into journal (at, incident_id, actor, kind, data)
     values (date_trunc('milliseconds', now()), $1, 'U0', 'note.added', $2) returning seq`,
    [incidentId, JSON.stringify({ text })],
  );
  return rows[0]?.seq ?? 0;
}

/** Does what only somebody past the guards of the record can do. */
export async function pastGuards(sql: Sql, statement: string, params: unknown[] = []): Promise<void> {
  await sql.query(`set local session_replication_role = replica`);
  await sql.query(statement, params);
  await sql.query(`set local session_replication_role = origin`);
}
