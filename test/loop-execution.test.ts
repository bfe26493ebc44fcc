import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/adapters/postgres/sql.ts';
import type { Cluster } from '../src/act/world/cluster.ts';
import type { Proposal } from '../src/incident/proposal.ts';
import { testDatabase } from './support/database.ts';
import { emptyDatabase } from './support/empty-database.ts';
import { fakeCluster, type FakeCluster } from './support/fake-cluster.ts';
import { APPROVER, ONCALL, stage, type Stage } from './support/loop.ts';
import { worldOf } from './support/world.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterEach(() => emptyDatabase(db));
afterAll(() => db.close());

const aCluster = () => fakeCluster(['shop/pricing:v1', 'shop/pricing:good', 'shop/pricing:bad']);

/** An approved rollback whose write goes through `patch`. */
async function approved(
  cluster: FakeCluster,
  over: Parameters<typeof stage>[1] = {},
): Promise<{ s: Stage; rollback: Proposal }> {
  const s = await stage(db, { cluster, ...over });
  await s.fire();
  await s.turn();
  const rollback = (await s.view()).proposals.find((one) => one.action.tool === 'kubernetes.rollback');
  if (!rollback) throw new Error('no rollback is proposed');
  await s.loop.approve({ proposalId: rollback.id, digest: rollback.digest, person: APPROVER });
  return { s, rollback };
}

/** A cluster that refuses the write, at a moment at which somebody else has done something. */
function refusing(cluster: FakeCluster, meanwhile: () => void): Cluster {
  return {
    ...cluster,
    async patch(...args) {
      if (args[3].dryRun) return cluster.patch(...args);
      meanwhile();
      throw Object.assign(new Error('forbidden'), { outcome: 'refused' });
    },
  };
}

async function read(s: Stage, id: string): Promise<Proposal> {
  const found = await s.transaction((store) => store.proposal(id));
  if (!found) throw new Error(`no proposal ${id}`);
  return found;
}

describe('a write that was refused', () => {
  it('has certainly not happened, whatever somebody else has made of the target', async () => {
    const cluster = aCluster();
    const writable = worldOf({
      cluster: refusing(cluster, () => cluster.changeByOthers('shop/pricing:hotfix')),
    });
    const { s, rollback } = await approved(cluster, { writable });
    await s.turn();
    expect(await read(s, rollback.id)).toMatchObject({ state: 'superseded' });
    expect((await s.view()).journal).toContainEqual(
      expect.objectContaining({ kind: 'action.refused', why: 'refused: forbidden' }),
    );
  });

  it('is neither undone nor counted as ours where somebody else did the same', async () => {
    const cluster = aCluster();
    const writable = worldOf({
      cluster: refusing(cluster, () => cluster.changeByOthers('shop/pricing:good')),
    });
    const { s, rollback } = await approved(cluster, { writable });
    await s.turn();
    expect(await read(s, rollback.id)).toMatchObject({ state: 'superseded' });
    expect((await s.view()).journal).toContainEqual(
      expect.objectContaining({
        kind: 'action.refused',
        why: expect.stringMatching(/^refused: forbidden; somebody else has done it: /),
      }),
    );
    expect(await s.loop.undo({ proposalId: rollback.id, person: APPROVER })).toMatchObject({ ok: false });
    const record = await s.transaction((store) => store.actionRecord('kubernetes.rollback', 'pricing', null));
    expect(record.streak).toBe(0);
  });

  it('says nothing of the try before it, which had been cut off', async () => {
    const cluster = aCluster();
    const writable = worldOf({
      cluster: refusing(cluster, () => cluster.changeByOthers('shop/pricing:hotfix')),
    });
    const { s, rollback } = await approved(cluster, { writable });
    await s.transaction((store) => store.claim(rollback.id, 0));
    await s.transaction((store) => store.markSent(rollback.id, 'request', -1));
    await s.turn();
    expect(await read(s, rollback.id)).toMatchObject({ state: 'unknown' });
  });
});

describe('what an executor sent that died', () => {
  it.each<[string, (s: Stage) => Promise<unknown>]>([
    [
      'everything was stopped and allowed again',
      async (s) => {
        await s.loop.stop({ person: ONCALL, why: 'not that' });
        await s.loop.resume({ person: APPROVER });
      },
    ],
    ['the approval has expired', () => db.query(`update proposal set expires_at = now()`)],
    [
      'the row names another action',
      () => db.query(`update proposal set action = jsonb_set(action, '{arguments,revision}', '1')`),
    ],
  ])('is not sent again where %s', async (_, change) => {
    const { s, rollback } = await approved(aCluster());
    await s.transaction((store) => store.claim(rollback.id, 30));
    await s.transaction((store) => store.markSent(rollback.id, 'request', -1));
    await change(s);
    await s.loop.run({ kind: 'execute', id: rollback.id });
    expect(await read(s, rollback.id)).toMatchObject({ state: 'unknown' });
    expect(s.cluster.writes).toEqual([]);
  });
});

describe('whoever holds an execution', () => {
  it.each(['first', 'again'])(
    'has its time counted from before its lease, and less of it (%s)',
    async (time) => {
      const cluster = aCluster();
      const worlds: { seconds: number; state: string }[] = [];
      let state = 'not sent';
      const { s, rollback } = await approved(cluster, {
        writable: (seconds) => {
          const at = worlds.push({ seconds, state }) - 1;
          const patch: Cluster['patch'] = async (...args) => {
            if (!args[3].dryRun)
              worlds.push({ ...(worlds[at] ?? { seconds: 0, state: '' }), state: 'writes' });
            return cluster.patch(...args);
          };
          return worldOf({ cluster: { ...cluster, patch } });
        },
        wrapStore: (store) => ({
          ...store,
          async markSent(...args) {
            state = 'leased';
            return store.markSent(...args);
          },
          async takeOver(...args) {
            state = 'leased';
            return store.takeOver(...args);
          },
        }),
      });
      if (time === 'again') {
        await s.transaction((store) => store.claim(rollback.id, 0));
        await s.transaction((store) => store.markSent(rollback.id, 'request', -1));
        state = 'not sent';
      }
      await s.turn();
      expect(await read(s, rollback.id)).toMatchObject({ state: 'verifying' });
      const wrote = worlds.findIndex((one) => one.state === 'writes');
      const before = worlds.filter((one) => one.state === 'not sent').at(-1);
      expect(worlds[wrote]?.seconds).toBe(before?.seconds);
      const looked = worlds.slice(wrote + 1).map((one) => one.seconds);
      expect(looked).toHaveLength(1);
      const { rows } = await db.query<{ lease: number }>(
        `select extract(epoch from lease_until - coalesce(sent_at, lease_until))::float8 as lease from execution`,
      );
      if (time === 'first')
        expect((worlds[wrote]?.seconds ?? 0) + (looked[0] ?? 0)).toBeLessThan(rows[0]?.lease ?? 0);
    },
  );
});

describe('what is found done late', () => {
  it('offers its undo by itself when its check fails, like every other action', async () => {
    const cluster = aCluster();
    let away = false;
    const behind: Cluster = {
      ...cluster,
      deployment: async (...args) => {
        if (away) throw new Error('away');
        return cluster.deployment(...args);
      },
    };
    const { s, rollback } = await approved(cluster, { writable: worldOf({ cluster: behind }) });
    cluster.failNextWrite('lost after', () => (away = true));
    await s.turn();
    expect(await read(s, rollback.id)).toMatchObject({ state: 'unknown' });
    away = false;
    await s.pass();
    expect(await read(s, rollback.id)).toMatchObject({ state: 'verifying' });
    await db.query(`update proposal set effect_at = now() - interval '1 hour' where id = $1`, [rollback.id]);
    await s.pass();
    expect(await read(s, rollback.id)).toMatchObject({ state: 'failed' });
    expect((await s.view()).proposals.filter((one) => one.undoes === rollback.id)).toMatchObject([
      { state: 'proposed' },
    ]);
  });
});
