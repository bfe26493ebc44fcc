import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { GENESIS } from '../src/incident/audit-chain.ts';
import { verifyChain } from '../src/incident/verify-chain.ts';
import type { Database, Sql } from '../src/adapters/postgres/sql.ts';
import { testDatabase } from './support/database.ts';
import { emptyDatabase } from './support/empty-database.ts';
import { ONCALL, stage } from './support/loop.ts';

// What an administrator of the database can do to the record, and what the verifier says of it.

let db: Database;
let read: () => Promise<{ chain: Awaited<ReturnType<typeof verifyChain>>; unlinked: number }>;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  await emptyDatabase(db);
  const s = await stage(db);
  await s.transaction(async (store) => {
    for (let i = 1; i <= 6; i += 1)
      await store.record({ kind: 'switch.stopped', incidentId: null, actor: ONCALL, why: `reason ${i}` });
  });
  read = () =>
    s.transaction(async (store) => ({
      chain: await verifyChain(await store.auditLines(0, 100)),
      unlinked: await store.entriesWithoutLink(),
    }));
});
afterAll(() => db.close());

const unguarded = (change: string) =>
  db.tx(async (sql: Sql) => {
    await sql.query('set local session_replication_role = replica');
    await sql.query(change);
  });

it.each([
  `update journal set actor = 'U0OTHER' where seq = 3`,
  `delete from journal where seq = 3`,
  `update audit set hash = '${GENESIS}' where seq = 3`,
  `delete from audit where seq = 3`,
  'truncate journal',
  'truncate audit',
])('the tables refuse: %s', async (change) => {
  await expect(db.query(change)).rejects.toThrow('append-only');
});

it.each([
  [`update journal set actor = 'U0OTHER' where seq = 3`, 3],
  [`update journal set at = at + interval '1 ms' where seq = 3`, 3],
  [`update journal set proposal = 'p' where seq = 3`, 3],
  [`update journal set data_hash = '${GENESIS}' where seq = 3`, 3],
  [`update journal set sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1) where seq = 3`, 3],
  [`update journal j set sealed = o.sealed from journal o where j.seq = 3 and o.seq = 4`, 3],
  [`update audit_key set wrapped = null, destroyed_at = now()`, 1],
  [`update audit set hash = '${GENESIS}' where seq = 3`, 3],
  [`update audit set journal_seq = 7 - journal_seq + 100`, 1],
  [`delete from audit where seq = 3`, 3],
  [`delete from journal where seq = 3`, 3],
])('and where they are made to take it, it is found: %s', async (change, firstBad) => {
  await unguarded(change);
  expect((await read()).chain).toMatchObject({ intact: false, firstBad });
});

it.each([
  `insert into journal (at, incident_id, actor, kind, data) values (now(), null, 'U0OTHER', 'switch.resumed', '{"why":"x"}')`,
  `delete from audit where seq > 4`,
])('entries past the chain are counted: %s', async (change) => {
  await unguarded(change);
  expect((await read()).unlinked).toBeGreaterThan(0);
});
