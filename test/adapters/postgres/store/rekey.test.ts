import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Database } from '../../../../src/adapters/postgres/sql.ts';
import { createStore, type Store } from '../../../../src/adapters/postgres/store/store.ts';
import { createVault, type Vault } from '../../../../src/incident/seal.ts';
import { testDatabase } from '../../../support/database.ts';
import { emptyDatabase } from '../../../support/empty-database.ts';

const OLD = Buffer.alloc(32, 1);
const NEW = Buffer.alloc(32, 2);

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(() => emptyDatabase(db));
afterAll(() => db.close());

function storeWith<T>(vault: Vault, work: (store: Store) => Promise<T>): Promise<T> {
  const options = { vault, outsideStop: () => null, enqueue: async () => {} };
  return db.tx((sql) => work(createStore(sql, options)));
}

/** Two incidents with an entry each, and one entry of none, all under the old key. */
async function recorded(): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(
    `insert into incident (state, title, severity) select 'closed', 'x', 'info' from generate_series(1, 2) returning id`,
  );
  const ids = rows.map(({ id }) => Number(id));
  for (const incidentId of [...ids, null])
    await storeWith(createVault([OLD]), (store) =>
      store.record({
        kind: 'incident.moved',
        incidentId,
        actor: 'x',
        from: 'open',
        to: 'triaging',
        why: 'so',
      }),
    );
  return ids;
}

const entries = (vault: Vault) => storeWith(vault, (store) => store.journal(0, null, 100));

it('what the old key had sealed opens with the new one alone, and no longer with the old one', async () => {
  await recorded();
  const both = createVault([NEW, OLD]);
  expect(await storeWith(both, (store) => store.rewrapKeys('admin'))).toEqual({ rewrapped: 3, before: 0 });
  expect(await entries(createVault([NEW]))).toMatchObject([
    { why: 'so' },
    { why: 'so' },
    { why: 'so' },
    { kind: 'keys.rewrapped', keys: 3, actor: 'admin', incidentId: null },
  ]);
  expect(await entries(createVault([OLD]))).toEqual([]);
});

it('a second run finds nothing to do, and leaves no entry', async () => {
  await recorded();
  const both = createVault([NEW, OLD]);
  await storeWith(both, (store) => store.rewrapKeys('admin'));
  expect(await storeWith(both, (store) => store.rewrapKeys('admin'))).toEqual({ rewrapped: 0, before: 3 });
  expect(await entries(both)).toHaveLength(4);
});

it('a process that has both goes on beside it, whichever it seals with', async () => {
  const [first = 0] = await recorded();
  await storeWith(createVault([NEW, OLD]), (store) => store.rewrapKeys('admin'));
  const other = createVault([OLD, NEW]);
  await storeWith(other, (store) =>
    store.record({ kind: 'note.added', incidentId: first, actor: 'x', text: 'later' }),
  );
  expect(await entries(createVault([NEW]))).toHaveLength(5);
});

it('an erased key stays erased', async () => {
  const [first = 0] = await recorded();
  await storeWith(createVault([OLD]), (store) => store.eraseIncident(first, 'admin', 'asked for'));
  const { rewrapped } = await storeWith(createVault([NEW, OLD]), (store) => store.rewrapKeys('admin'));
  expect(rewrapped).toBe(2);
  const { rows } = await db.query(`select from audit_key where wrapped is null and destroyed_at is not null`);
  expect(rows).toHaveLength(1);
});

it('a key that opens with neither changes nothing at all', async () => {
  await recorded();
  const { rows } = await db.query<{ id: number; wrapped: Uint8Array }>(
    `select id, wrapped from audit_key order by id desc limit 1`,
  );
  await db.query(`update audit_key set wrapped = '\\x00' where id = $1`, [rows[0]?.id]);
  const rekey = storeWith(createVault([NEW, OLD]), (store) => store.rewrapKeys('admin'));
  await expect(rekey).rejects.toThrow(/Key \d+ .* opens with neither key of SITREP_AUDIT_KEY; nothing was/);
  await db.query(`update audit_key set wrapped = $2 where id = $1`, [rows[0]?.id, rows[0]?.wrapped]);
  expect(await entries(createVault([OLD]))).toHaveLength(3);
});
