import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grantTo } from '../../../src/adapters/postgres/grant.ts';
import { openJobs } from '../../../src/adapters/postgres/jobs.ts';
import { migrate } from '../../../src/adapters/postgres/migrate.ts';
import { openServer } from '../../../src/adapters/postgres/server.ts';
import { createStore } from '../../../src/adapters/postgres/store/store.ts';
import type { Database } from '../../../src/adapters/postgres/sql.ts';
import { createSigner } from '../../../src/incident/checkpoint.ts';
import { verifyChain } from '../../../src/incident/verify-chain.ts';
import { serverDatabase, TEST_DATABASE_URL } from '../../support/database.ts';
import { APPROVER, ONCALL, stage } from '../../support/loop.ts';
import { MIGRATIONS } from '../../support/migrations.ts';
import { testVault } from '../../support/vault.ts';

const RECORD = ['journal', 'audit', 'audit_checkpoint', 'audit_key'];
const changes = (table: string) => [
  `update ${table} set ${table === 'audit_key' || table === 'journal' ? 'incident_id' : 'hash'} = null`,
  `delete from ${table}`,
  `truncate ${table} cascade`,
];

describe.runIf(TEST_DATABASE_URL)('a role that only runs Sitrep', () => {
  const role = `runs_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  let owner: Database;
  let runs: Database;
  beforeAll(async () => {
    owner = await serverDatabase();
    await migrate(owner, MIGRATIONS);
    await owner.query(`create role ${role} login`);
    await grantTo(owner, role);
    const url = new URL(TEST_DATABASE_URL ?? '');
    url.username = role;
    runs = await openServer({ url: url.href, schema: owner.schema });
  });
  afterAll(async () => {
    await runs?.close();
    await owner.query(`drop owned by ${role}; drop role ${role}`);
    await owner.close();
  });

  it('can do all that Sitrep does: migrate nothing, queue, record, act, sign, read', async () => {
    expect(await migrate(runs, MIGRATIONS)).toEqual([]);
    const jobs = await openJobs(runs, { log: { warn: () => {}, error: () => {} } });
    await jobs.define('some', { retryLimit: 1, retryDelayS: 1, expireS: 10 }, async () => {});
    await jobs.drain();
    const s = await stage(runs);
    await s.fire();
    await s.turn();
    const rollback = (await s.view()).proposals.find((one) => one.action.tool === 'kubernetes.rollback');
    await s.loop.approve({ proposalId: rollback!.id, digest: rollback!.digest, person: APPROVER });
    await s.turn();
    expect(s.cluster.writes).toHaveLength(1);
    const store = createStore(runs, { vault: testVault, outsideStop: () => null, enqueue: async () => {} });
    expect(await store.makeCheckpoint(createSigner(Buffer.alloc(32, 1)))).toMatchObject({
      seq: expect.any(Number),
    });
    expect(await verifyChain(await store.auditLines(0, 1000))).toMatchObject({ intact: true });
  });

  it.each(RECORD.flatMap(changes))('may not: %s', async (change) => {
    await expect(runs.query(change)).rejects.toThrow(/permission denied/);
  });

  it.each(['audit', 'journal'])('cannot lift the guards of %s', async (table) => {
    await expect(runs.query(`alter table ${table} disable trigger user`)).rejects.toThrow(/must be owner/);
    await expect(runs.query(`drop table ${table}`)).rejects.toThrow(/must be owner/);
    await expect(
      runs.tx(async (sql) => sql.query(`set local session_replication_role = replica`)),
    ).rejects.toThrow(/permission denied/);
  });

  it('may not erase; the owner may', async () => {
    const erase = (db: Database) =>
      db.tx((sql) =>
        createStore(sql, {
          vault: testVault,
          outsideStop: () => null,
          enqueue: async () => {},
        }).eraseIncident(1, ONCALL, 'x'),
      );
    await owner.query(`update incident set state = 'closed'`);
    await expect(erase(runs)).rejects.toThrow(/permission denied/);
    expect(await erase(owner)).toBe('erased');
  });

  it.each(['journal', 'audit', 'audit_checkpoint'].flatMap(changes))(
    'not even the owner may, unless the guard is dropped: %s',
    async (change) => {
      await owner.query(`insert into audit_checkpoint values (99, '', now(), '', '') on conflict do nothing`);
      await expect(owner.query(change)).rejects.toThrow('append-only');
      await expect(
        owner.tx(async (sql) => {
          const [table = ''] = /journal|audit_checkpoint|audit/.exec(change) ?? [];
          await sql.query(`drop trigger ${table}_append_only on ${table}`);
          await sql.query(`drop trigger ${table}_no_truncate on ${table}`);
          await sql.query(change.replace(' = null', ` = ${change.includes('hash') ? "''" : 'null'}`));
          throw new Error('it went through');
        }),
      ).rejects.toThrow('it went through');
    },
  );

  it('is not given to one who could help himself', async () => {
    await expect(grantTo(owner, 'postgres')).rejects.toThrow('is a superuser');
    await expect(grantTo(owner, 'nobody_here')).rejects.toThrow('There is no role nobody_here');
  });
});
