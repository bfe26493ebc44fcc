import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/adapters/postgres/sql.ts';
import { renderEvidence } from '../../src/adapters/slack/render/evidence.ts';
import type { Rollout } from '../../src/enrich/changed.ts';
import type { IncidentView } from '../../src/incident/view.ts';
import { templateHash } from '../../src/incident/template-hash.ts';
import { readable } from '../support/blocks.ts';
import { testDatabase } from '../support/database.ts';
import { emptyDatabase } from '../support/empty-database.ts';
import { fakeCluster, type FakeCluster } from '../support/fake-cluster.ts';
import { APPROVER, stage, type Stage } from '../support/loop.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterEach(() => emptyDatabase(db));
afterAll(() => db.close());

const IMAGES = ['shop/pricing:v1', 'shop/pricing:good', 'shop/pricing:bad'];

/** What the cluster tells: a revision that is rolled out again has a new number, and the date of its first time. */
async function rolloutsOf(cluster: FakeCluster, bad: Date): Promise<Rollout[]> {
  const found = await cluster.revisions('shop', 'pricing');
  return found.map(({ revision, template, images }) => ({
    service: 'pricing',
    namespace: 'shop',
    deployment: 'pricing',
    revision,
    image: images[0] ?? '',
    template: templateHash(template),
    sha: null,
    at: images[0] === 'shop/pricing:bad' ? bad : new Date(bad.getTime() - 3600_000),
    cause: null,
  }));
}

/** A bad release, whose rollback is approved and helps, and then another alert, a moment later. */
async function curedAndIllAgain(): Promise<{ s: Stage; cluster: FakeCluster; again: IncidentView }> {
  const cluster = fakeCluster(IMAGES);
  const began = Date.now();
  const s = await stage(db, {
    cluster,
    sources: {
      rollouts: {
        rollouts: async ({ name }) =>
          name === 'pricing' ? rolloutsOf(cluster, new Date(began - 60_000)) : [],
      },
    },
  });
  await s.fire({ startsAt: new Date(began) });
  await s.turn();
  const rollback = (await s.view()).proposals.find(({ action }) => action.tool === 'kubernetes.rollback');
  if (!rollback) throw new Error('no rollback is proposed');
  await s.loop.approve({ proposalId: rollback.id, digest: rollback.digest, person: APPROVER });
  await s.turn();
  for (const one of ['pricing', 'checkout']) s.signals.set(`errors{service="${one}"}`, 0.01);
  await s.fire({ startsAt: new Date(began), status: 'resolved' });
  await s.pass();
  const { proposals } = await s.view();
  expect(proposals.find(({ id }) => id === rollback.id)?.state).toBe('succeeded');
  await s.fire({
    name: 'ServiceLatencyHigh',
    fingerprint: 'f2',
    service: 'pricing',
    startsAt: new Date(Date.now() + 1000),
  });
  await s.turn();
  const { rows } = await db.query<{ id: number }>(`select max(id)::int as id from incident`);
  return { s, cluster, again: await s.view(rows[0]?.id) };
}

describe('after a rollback that helped', () => {
  it('nothing proposes to roll forward to the guilty revision, and the own rollback is shown as own', async () => {
    const { cluster, again } = await curedAndIllAgain();
    expect(cluster.running()).toBe('shop/pricing:good');
    expect(again.alerts.map(({ name, status }) => `${name} ${status}`)).toContain(
      'ServiceLatencyHigh firing',
    );
    const open = again.proposals.filter(({ state }) => state === 'proposed');
    expect(open.map(({ action }) => action)).not.toContainEqual(
      expect.objectContaining({ tool: 'kubernetes.rollback' }),
    );
    const own = again.evidence.find(({ current, about }) => current && about.kind === 'deploy' && about.own);
    expect(own?.why).toContain("Sitrep's own rollback, approved by approver; it helped");
    expect(readable(renderEvidence(again).blocks)).toContain("Sitrep's own rollback");
  });

  it('the record knows the rollback, what it put back and what it took out of service', async () => {
    const { s, cluster } = await curedAndIllAgain();
    const good = (await cluster.revisions('shop', 'pricing')).find(
      ({ images }) => images[0] === 'shop/pricing:good',
    );
    const bad = (await cluster.revisions('shop', 'pricing')).find(
      ({ images }) => images[0] === 'shop/pricing:bad',
    );
    const [own, blamed] = await s.transaction(async (store) => [
      await store.ownActions(new Date(Date.now() - 60_000)),
      await store.blamed(),
    ]);
    expect(own).toEqual([
      {
        tool: 'kubernetes.rollback',
        namespace: 'shop',
        deployment: 'pricing',
        at: expect.any(Date),
        by: APPROVER,
        state: 'succeeded',
        undid: false,
        template: templateHash(good?.template ?? null),
        left: 3,
      },
    ]);
    expect(blamed).toEqual([
      {
        namespace: 'shop',
        deployment: 'pricing',
        revision: 3,
        template: templateHash(bad?.template ?? null),
        sha: null,
      },
    ]);
    const later = await s.transaction((store) => store.ownActions(new Date(Date.now() + 60_000)));
    expect(later).toEqual([]);
  });
});
