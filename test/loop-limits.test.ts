import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/adapters/postgres/sql.ts';
import type { Proposal } from '../src/incident/proposal.ts';
import { testDatabase } from './support/database.ts';
import { emptyDatabase } from './support/empty-database.ts';
import { fakeCluster } from './support/fake-cluster.ts';
import { APPROVER, ASK, stage, type Stage } from './support/loop.ts';
import { planStage } from './support/plan-stage.ts';
import { worldOf } from './support/world.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterEach(() => emptyDatabase(db));
afterAll(() => db.close());

async function rollbackOf(s: Stage): Promise<Proposal> {
  const { proposals } = await s.view();
  const found = proposals.findLast((one) => one.action.tool === 'kubernetes.rollback' && one.undoes === null);
  if (!found) throw new Error('no rollback is proposed');
  return found;
}

async function approved(over: Parameters<typeof stage>[1] = {}) {
  const s = await stage(db, over);
  await s.fire();
  await s.turn();
  const rollback = await rollbackOf(s);
  const answer = await s.loop.approve({
    proposalId: rollback.id,
    digest: rollback.digest,
    person: APPROVER,
  });
  expect(answer).toMatchObject({ ok: true });
  return {
    s,
    rollback,
    state: async () => (await s.view()).proposals.find((one) => one.id === rollback.id)?.state,
  };
}

/** Another proposal like this one, whose effect is being watched. */
async function anotherLike({ id }: Proposal, target: string): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `insert into proposal select (jsonb_populate_record(p, jsonb_build_object(
        'id', gen_random_uuid(), 'state', 'verifying', 'rank', 9,
        'consent', jsonb_set(p.consent - 'plan', '{target,identity}', to_jsonb($2::text))))).*
       from proposal p where id = $1 returning id`,
    [id, target],
  );
  const other = rows[0]?.id ?? '';
  await db.query(`insert into execution (proposal_id, lease_until, sent_at) values ($1, now(), now())`, [
    other,
  ]);
  return other;
}

const LIMITS = { perHour: 20, atOnce: 3, failuresInARow: 3, breakerHours: 24, flapMinutes: 60 };

describe('an approved action', () => {
  it.each([
    [
      'others of its kind are under way',
      { ...LIMITS, atOnce: 1 },
      'another',
      /1 of kubernetes.rollback are under way/,
    ],
    ['it has run often enough in this hour', { ...LIMITS, perHour: 1 }, 'another', /1 time within an hour/],
    ['another is under way on its target', LIMITS, null, /is under way on the same target/],
  ])('waits while %s, says so once, and then runs', async (_, limits, elsewhere, why) => {
    const { s, rollback, state } = await approved({ policy: { ...ASK, limits } });
    const other = await anotherLike(rollback, elsewhere ?? rollback.consent.target.identity);
    await s.turn();
    await s.pass();
    expect(await state()).toBe('approved');
    expect(s.cluster.writes).toEqual([]);
    const held = (await s.view()).journal.filter((entry) => entry.kind === 'action.held');
    expect(held).toEqual([
      expect.objectContaining({ proposal: rollback.id, why: expect.stringMatching(why) }),
    ]);

    await db.query(`update proposal set state = 'succeeded' where id = $1`, [other]);
    await db.query(`update execution set claimed_at = now() - interval '2 hours'`);
    await s.pass();
    expect(s.cluster.writes).toHaveLength(1);
  });

  it('that was held back until its approval expired ends, and says why', async () => {
    const { s, rollback, state } = await approved();
    await anotherLike(rollback, rollback.consent.target.identity);
    await s.turn();
    await db.query(`update proposal set expires_at = now() - interval '1 second' where id = $1`, [
      rollback.id,
    ]);
    await s.pass();
    expect(await state()).toBe('superseded');
    expect((await s.view()).journal).toContainEqual(
      expect.objectContaining({ kind: 'action.refused', why: expect.stringContaining('held back') }),
    );
  });

  it('begins once where two processes claim two on one target at the same moment', async () => {
    const { s, rollback } = await approved();
    const twin = await anotherLike(rollback, rollback.consent.target.identity);
    await db.query(`delete from execution`);
    await db.query(`update proposal set state = 'approved' where id = $1`, [twin]);
    await db.query(
      `insert into approval (proposal_id, person, digest) select $1, person, digest from approval where proposal_id = $2`,
      [twin, rollback.id],
    );
    const claim = (id: string) =>
      s.transaction(
        async (store) => (await store.whyHeld(id, LIMITS)) === null && (await store.claim(id, 30)),
      );
    const claimed = await Promise.all([claim(rollback.id), claim(twin)]);
    expect(claimed.filter(Boolean)).toHaveLength(1);
  });
});

describe('the limit of runs in an hour', () => {
  const withRoomFor = (perHour: number) => ({ ...ASK, limits: { ...LIMITS, perHour } });

  it('does not let a plan be asked about that could never come to its end', async () => {
    const s = await planStage(db, { policy: withRoomFor(2) });
    expect(await s.steps()).toEqual([]);
    expect((await s.view()).journal).toContainEqual(
      expect.objectContaining({
        kind: 'proposal.withheld',
        why: 'it runs kubernetes.scale 3 times, and limits.per_hour allows 2 within an hour; make it smaller plans, or raise the limit',
      }),
    );
  });

  it('keeps a plan from beginning until there is room for all its steps', async () => {
    const s = await planStage(db, { policy: withRoomFor(3) });
    const [first] = await s.steps();
    if (!first) throw new Error('nothing is proposed');
    await s.approve();
    await anotherLike(first, 'elsewhere');
    await s.turn();
    expect(await s.states()).toEqual(['approved', 'approved', 'approved']);
    expect((await s.view()).journal).toContainEqual(
      expect.objectContaining({
        kind: 'action.held',
        why: 'kubernetes.scale may run 3 times within an hour, and there is no room for 3 more runs',
      }),
    );
  });

  it('keeps a plan from beginning until there is room for its steps of every tool, not only of its first', async () => {
    const s = await planStage(db, { policy: withRoomFor(3) });
    const [first, second] = await s.steps();
    if (!first || !second) throw new Error('nothing is proposed');
    await s.approve();
    const retool = (id: string) =>
      db.query(
        `update proposal set action = jsonb_set(action, '{tool}', '"kubernetes.restart"') where id = $1`,
        [id],
      );
    await retool(second.id);
    for (const target of ['one', 'other', 'third']) await retool(await anotherLike(first, target));
    const held = (perHour: number) =>
      s.transaction((store) => store.whyHeld(first.id, { ...LIMITS, perHour }));
    expect(await held(4)).toBeNull();
    expect(await held(3)).toBe('kubernetes.restart has run 3 times within an hour, and more are not allowed');
  });

  it('keeps the room of a plan that has begun for it', async () => {
    const s = await planStage(db, { policy: withRoomFor(4) });
    s.of('catalog').unsettle();
    await s.approve();
    await s.turn();
    expect(await s.states()).toEqual(['verifying', 'approved', 'approved']);
    const [first, second] = await s.steps();
    if (!first || !second) throw new Error('nothing is proposed');
    const [one, other] = [await anotherLike(first, 'one'), await anotherLike(first, 'other')];
    await db.query(`update proposal set state = 'approved' where id = any($1::uuid[])`, [[one, other]]);
    await db.query(`delete from execution where proposal_id = any($1::uuid[])`, [[one, other]]);
    const held = (id: string, perHour: number) =>
      s.transaction((store) => store.whyHeld(id, { ...LIMITS, perHour }));
    expect(await held(one, 4)).toBeNull();
    expect(await held(one, 3)).toBe(
      'kubernetes.scale may run 3 times within an hour, and there is no room for 1 more run beside 2 that a plan under way still needs',
    );
    // Whatever has come between, the plan goes on to its end.
    await db.query(
      `insert into execution (proposal_id, lease_until, sent_at) select unnest($1::uuid[]), now(), now()`,
      [[one, other]],
    );
    expect(await held(second.id, 4)).toBeNull();
    expect(await held(second.id, 1)).toBeNull();
  });

  it('asks of a plan that puts back an undone plan what it asks of every other', async () => {
    const s = await planStage(db, { policy: withRoomFor(3) });
    const steps = await s.steps();
    const [first] = steps;
    if (!first) throw new Error('nothing is proposed');
    await s.approve();
    const undone = await anotherLike(first, 'undone');
    await db.query(`update proposal set undoes = $1 where id = $2`, [first.id, undone]);
    const held = (perHour: number) =>
      s.transaction((store) => store.whyHeld(first.id, { ...LIMITS, perHour }));
    await db.query(`update proposal set undoes = $1 where id = any($2::uuid[])`, [
      undone,
      steps.map(({ id }) => id),
    ]);
    await db.query(`update proposal set state = 'succeeded' where id = $1`, [undone]);
    expect(await held(4)).toBeNull();
    expect(await held(3)).toMatch(/no room for 3 more runs/);
  });

  it('does not hold back an undo, but what puts back the undo', async () => {
    const { s, rollback } = await approved({ policy: withRoomFor(1) });
    await s.turn();
    expect(s.cluster.writes).toHaveLength(1);
    await db.query(`update proposal set state = 'failed' where id = $1`, [rollback.id]);
    const undo = await anotherLike(rollback, 'undo');
    const redo = await anotherLike(rollback, 'redo');
    const undoes = (id: string, what: string) =>
      db.query(`update proposal set undoes = $2, state = 'approved' where id = $1`, [id, what]);
    await undoes(undo, rollback.id);
    await undoes(redo, undo);
    const held = (id: string) => s.transaction((store) => store.whyHeld(id, { ...LIMITS, perHour: 1 }));
    expect(await held(undo)).toBeNull();
    expect(await held(redo)).toMatch(/1 time within an hour/);
  });
});

describe('a check of the effect', () => {
  const healthy = (s: Stage) => {
    for (const service of ['pricing', 'checkout']) s.signals.set(`errors{service="${service}"}`, 0.01);
  };

  it('does not count the time in which nobody looked', async () => {
    const { s, state } = await approved({ settings: { holdS: 30 } });
    await s.turn();
    healthy(s);
    await s.fire({ status: 'resolved' });
    await s.pass();
    const since = (looked: number) =>
      db.query(
        `update proposal set healthy_since = now() - interval '31 s', looked_at = now() - make_interval(secs => $1) where state = 'verifying'`,
        [looked],
      );
    await since(31);
    await s.pass();
    expect(await state()).toBe('verifying');
    await since(1);
    await s.pass();
    expect(await state()).toBe('succeeded');
  });

  it.each([
    ['of another service', 'catalog', 'succeeded'],
    ['of the service that was acted on', 'pricing', 'verifying'],
  ])(
    '%s that joined later: an alert counts only where the action can be expected to end it',
    async (_, service, ends) => {
      const { s, rollback, state } = await approved();
      expect(rollback.consent.card.join()).toContain('no alert of pricing, storefront and checkout');
      await s.turn();
      await db.query(
        `insert into alert (source, fingerprint, starts_at, status, name, service, severity, summary, description, labels, annotations, incident_id, pending)
       values ('alertmanager', 'late', now(), 'firing', 'A', $1, 'critical', 's', 'd', '{}', '{}', 1, false)`,
        [service],
      );
      healthy(s);
      await s.fire({ status: 'resolved' });
      await s.pass();
      expect(await state()).toBe(ends);
    },
  );

  it('waits for a rollout that is not complete', async () => {
    const cluster = fakeCluster(['shop/pricing:v1', 'shop/pricing:good', 'shop/pricing:bad']);
    let settled = false;
    const reader = {
      ...cluster,
      deployment: async (namespace: string, name: string) => {
        const found = await cluster.deployment(namespace, name);
        return found && { ...found, settled };
      },
    };
    const { s, state } = await approved({ cluster, world: worldOf({ cluster: reader }) });
    await s.turn();
    healthy(s);
    await s.fire({ status: 'resolved' });
    await s.pass();
    expect(await state()).toBe('verifying');
    settled = true;
    await s.pass();
    expect(await state()).toBe('succeeded');
  });
});

describe('a fix that could not be prepared', () => {
  it('is tried again when its time has come, and then proposed', async () => {
    const cluster = fakeCluster(['shop/pricing:v1', 'shop/pricing:good', 'shop/pricing:bad']);
    let away = true;
    const reader = {
      ...cluster,
      deployment: async (namespace: string, name: string) => {
        if (away) throw new Error('connection refused');
        return cluster.deployment(namespace, name);
      },
    };
    const s = await stage(db, { cluster, world: worldOf({ cluster: reader }) });
    await s.fire();
    await s.turn();
    expect((await s.view()).proposals).toEqual([]);
    away = false;
    await s.loop.run({ kind: 'incident', id: 1 });
    await s.turn();
    expect((await s.view()).proposals).toEqual([]);
    await db.query(`alter table journal disable trigger journal_append_only`);
    await db.query(`update journal set at = at - interval '31 s'`);
    await db.query(`alter table journal enable trigger journal_append_only`);
    await s.pass();
    expect((await rollbackOf(s)).state).toBe('proposed');
  });
});
