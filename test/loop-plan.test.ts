import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createButtonTokens } from '../src/adapters/postgres/button-tokens.ts';
import { mayUndo } from '../src/adapters/slack/render/undo.ts';
import type { Store } from '../src/adapters/postgres/store/store.ts';
import type { Database } from '../src/adapters/postgres/sql.ts';
import { planDigest } from '../src/incident/plan.ts';
import type { Policy } from '../src/incident/policy.ts';
import type { Proposal } from '../src/incident/proposal.ts';
import { testDatabase } from './support/database.ts';
import { emptyDatabase } from './support/empty-database.ts';
import { APPROVER, ONCALL, PEOPLE, SECOND, stage } from './support/loop.ts';
import { planStage, type PlanStage } from './support/plan-stage.ts';
import { aPolicy } from './support/policy.ts';
import { worldOf } from './support/world.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterEach(() => emptyDatabase(db));
afterAll(() => db.close());

/** Until nothing moves any more. */
async function carryOn(s: PlanStage, rounds = 8): Promise<void> {
  for (let round = 0; round < rounds; round++) await s.pass();
}

/** What is offered to undo something, in the order of its steps. */
async function undos(s: PlanStage) {
  const { proposals } = await s.view();
  return proposals
    .filter((one) => one.undoes !== null && one.state === 'proposed')
    .sort((a, b) => (a.consent.plan?.step ?? 0) - (b.consent.plan?.step ?? 0));
}

/** The check of the last step ends without it having helped, so that the undo of all steps is offered. */
async function failing(s: PlanStage, before: () => unknown = () => {}): Promise<void> {
  await s.approve();
  while ((await s.states())[2] !== 'verifying') await s.step();
  before();
  await endChecks();
  await carryOn(s, 3);
  expect(await s.states()).toEqual(['succeeded', 'succeeded', 'failed']);
}

/** The time is up for every check that runs. */
const endChecks = () =>
  db.query(`update proposal set effect_at = now() - interval '1 hour' where state = 'verifying'`);

async function approveUndo(s: PlanStage) {
  const [lead] = await undos(s);
  const question = await s.transaction((store) => store.question(lead?.id ?? ''));
  const { digest = '' } = question ?? {};
  return s.loop.approve({ proposalId: question?.lead.id ?? '', digest, person: APPROVER });
}

async function journal(s: PlanStage, kind: string) {
  return (await s.view()).journal.filter((entry) => entry.kind === kind);
}

describe('a plan', () => {
  it('is approved once, and carried out step by step in its order', async () => {
    const s = await planStage(db);
    expect(await s.states()).toEqual(['proposed', 'proposed', 'proposed']);
    expect(await s.approve()).toMatchObject({ ok: true });
    await s.recover();
    await carryOn(s);
    expect(s.written).toEqual(['catalog', 'pricing', 'checkout']);
    expect(await s.states()).toEqual(['succeeded', 'succeeded', 'succeeded']);
  });

  it('keeps the whole record of every step, and each approval names the plan', async () => {
    const s = await planStage(db);
    const { digest } = await s.question();
    await s.approve();
    await s.recover();
    await carryOn(s);
    const { journal: entries } = await s.view();
    for (const step of await s.steps()) {
      const kinds = entries.flatMap((entry) =>
        'proposal' in entry && entry.proposal === step.id ? [entry.kind] : [],
      );
      expect(kinds).toEqual([
        'proposal.made',
        'approval.given',
        'action.claimed',
        'action.sent',
        'action.answered',
        'action.confirmed',
        'verification.ended',
      ]);
      expect(entries).toContainEqual(
        expect.objectContaining({ kind: 'approval.given', digest: step.digest, planDigest: digest }),
      );
    }
  });

  it('waits with its next step until the one before has succeeded, without looking again and again', async () => {
    const s = await planStage(db);
    s.of('catalog').unsettle();
    await s.approve();
    await carryOn(s, 3);
    expect(await s.states()).toEqual(['verifying', 'approved', 'approved']);
    const [, second] = await s.steps();
    await s.loop.run({ kind: 'execute', id: second?.id ?? '' });
    await carryOn(s, 2);
    expect(await s.states()).toEqual(['verifying', 'approved', 'approved']);
    expect(s.written).toEqual(['catalog']);
  });

  it('does not begin a step for which the policy asks more people by now', async () => {
    const night = { name: 'night', when: { services: ['pricing'], during: ['night'] }, approvals: 2 };
    const policy = aPolicy([night, { name: 'ask' }]);
    const s = await planStage(db, { policy });
    await s.approve();
    policy.windows.push({ name: 'night', when: { kind: 'once', from: new Date(0), to: new Date(8e14) } });
    await carryOn(s);
    expect(s.written).toEqual(['catalog']);
    expect((await s.view()).journal).toContainEqual(
      expect.objectContaining({
        kind: 'action.refused',
        why: 'policy “night” asks 2 approvals now; 1 was given',
      }),
    );
  });

  it('does not begin once those who approved it are denied', async () => {
    const s = await planStage(db);
    await s.approve();
    const [first] = await s.steps();
    const people = PEOPLE.map((one) => ({ ...one, denied: one.slackId === APPROVER }));
    const world = worldOf({ cluster: s.cluster });
    const later = await stage(db, { people, world, writable: world });
    await later.loop.run({ kind: 'execute', id: first?.id ?? '' });
    expect((await s.states())[0]).toBe('superseded');
  });

  it('asks only its last step whether it has helped, and says so on the card', async () => {
    const s = await planStage(db);
    const steps = await s.steps();
    expect(steps.map(({ consent }) => consent.predicate.alertsResolved)).toEqual([false, false, true]);
    expect(steps[2]?.consent.predicate.alerts?.services).toEqual(
      expect.arrayContaining(['catalog', 'pricing', 'checkout']),
    );
    const { card } = await s.question();
    expect(card.filter((line) => line.startsWith('Counts as done when: the read-back'))).toHaveLength(2);
    expect(card.filter((line) => line.startsWith('Step '))).toHaveLength(3);
  });

  it('teaches nothing of its steps: of several changes nobody knows which one helped', async () => {
    const s = await planStage(db);
    await s.approve();
    await s.recover();
    await carryOn(s);
    expect(await s.states()).toEqual(['succeeded', 'succeeded', 'succeeded']);
    const [step] = await s.steps();
    if (!step) throw new Error('no step');
    await s.transaction(async (store) => {
      expect((await store.actionRecord('kubernetes.scale', 'catalog', null)).streak).toBe(0);
      expect(await store.trackRecord(step.action)).toMatchObject({ tried: 0, helped: 0 });
    });
  });

  it('is one question to people, however many steps it has', async () => {
    const s = await planStage(db, {
      settings: { approvals: { pendingPerIncident: 1, perHour: 1 } },
    });
    expect(await s.states()).toHaveLength(3);
    expect(await s.transaction((store) => store.questions(1, 'sitrep'))).toEqual({ pending: 1, lastHour: 1 });
  });

  it('is one thing that waits, and its buttons stand for all steps until it is decided', async () => {
    const s = await planStage(db);
    const question = await s.question();
    const waiting = await s.transaction((store) => store.awaiting());
    expect(waiting.map(({ steps }) => steps?.length)).toEqual([3]);
    const tokens = createButtonTokens(db);
    const { approve } = await tokens.mint({ id: question.lead.id, digest: question.digest });
    const pressed = await tokens.resolve(approve, null);
    if ('refused' in pressed) throw new Error(pressed.refused);
    expect(pressed.digest).toBe(question.digest);
    expect(pressed.question.digest).toBe(question.digest);
    await s.approve();
    expect(await tokens.resolve(approve, null)).toMatchObject({
      refused: expect.stringContaining('has been used'),
    });
  });

  it('is rejected as a whole', async () => {
    const s = await planStage(db);
    const { lead } = await s.question();
    const asked = { proposalId: lead.id, person: ONCALL, reason: 'not now' };
    expect(await s.loop.reject(asked)).toMatchObject({ ok: true });
    expect(await s.states()).toEqual(['rejected', 'rejected', 'rejected']);
    expect(await s.loop.reject(asked)).toMatchObject({ ok: false });
  });

  it('expires as a whole', async () => {
    const s = await planStage(db);
    await db.query(`update proposal set expires_at = now() - interval '1 second'`);
    const [lead] = await s.steps();
    await s.loop.run({ kind: 'proposal', id: lead?.id ?? '' });
    const { proposals } = await s.view();
    expect(proposals.filter(({ state }) => state === 'expired')).toHaveLength(3);
  });

  it('is left standing where a later triage finds the same, and replaced where it does not', async () => {
    const s = await planStage(db);
    const before = await s.steps();
    await s.fire({ status: 'resolved' });
    await s.turn();
    await s.fire({ fingerprint: 'f2', startsAt: new Date('2026-03-04T03:02:00Z') });
    await s.turn();
    expect((await s.steps()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    s.of('pricing').changeByOthers('shop/pricing:hotfix');
    await s.fire({ status: 'resolved', fingerprint: 'f2', startsAt: new Date('2026-03-04T03:02:00Z') });
    await s.turn();
    await s.fire({ fingerprint: 'f3', startsAt: new Date('2026-03-04T03:04:00Z') });
    await s.turn();
    const { proposals } = await s.view();
    expect(
      proposals.filter(({ id }) => before.some((old) => old.id === id)).map(({ state }) => state),
    ).toEqual(['superseded', 'superseded', 'superseded']);
  });
});

describe('the approval of a plan', () => {
  it.each([
    ['the digest of one step', async (s: PlanStage) => (await s.steps())[0]?.digest ?? ''],
    [
      'the digest of the same steps in another order',
      async (s: PlanStage) => planDigest((await s.steps()).toReversed()),
    ],
  ])('is refused for %s', async (_, digestOf) => {
    const s = await planStage(db);
    const { lead } = await s.question();
    const answer = await s.loop.approve({
      proposalId: lead.id,
      digest: await digestOf(s),
      person: APPROVER,
    });
    expect(answer).toMatchObject({ ok: false, text: expect.stringContaining('not the one that you saw') });
    expect(await journal(s, 'approval.refused')).toHaveLength(1);
    expect(await s.states()).toEqual(['proposed', 'proposed', 'proposed']);
  });

  it('of one step by itself is refused', async () => {
    const s = await planStage(db);
    const [, second] = await s.steps();
    const { id: proposalId = '', digest = '' } = second ?? {};
    expect(await s.loop.approve({ proposalId, digest, person: APPROVER })).toMatchObject({ ok: false });
  });

  it.each([
    [
      'a step was decided already',
      `update proposal set state = 'superseded' where consent->'plan'->>'step' = '3'`,
    ],
    ['a step is gone', `delete from proposal where consent->'plan'->>'step' = '2'`],
    [
      'a step has expired',
      `update proposal set expires_at = now() - interval '1 second' where consent->'plan'->>'step' = '2'`,
    ],
    [
      'the bytes of a step were changed',
      `update proposal set consent = jsonb_set(consent, '{arguments,replicas}', '9') where consent->'plan'->>'step' = '2'`,
    ],
    [
      'a step runs by itself only',
      `update proposal set policy_effect = 'suggest' where consent->'plan'->>'step' = '2'`,
    ],
  ])('is refused for all where %s', async (_, change) => {
    const s = await planStage(db);
    const { lead, digest } = await s.question();
    await db.query(change);
    expect(await s.loop.approve({ proposalId: lead.id, digest, person: APPROVER })).toMatchObject({
      ok: false,
    });
    await carryOn(s, 2);
    expect(s.written).toEqual([]);
    const given = await db.query(`select from approval`);
    expect(given.rowCount).toBe(0);
  });

  it('is refused for people who may not, and while all actions are stopped', async () => {
    const s = await planStage(db);
    expect(await s.approve(ONCALL)).toMatchObject({ ok: false });
    await s.loop.stop({ person: ONCALL, why: 'wait' });
    expect(await s.approve()).toMatchObject({ ok: false, text: expect.stringContaining('stopped') });
  });

  it('counts once where two replicas take it at the same moment', async () => {
    const s = await planStage(db);
    const answers = await Promise.all([s.approve(APPROVER), s.approve(SECOND)]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    await s.recover();
    await carryOn(s);
    expect(s.written).toEqual(['catalog', 'pricing', 'checkout']);
  });

  it('takes as many people as its strictest step', async () => {
    const s = await planStage(db, {
      policy: aPolicy([{ name: 'pricing', when: { services: ['pricing'] }, approvals: 2 }, { name: 'ask' }]),
    });
    expect(await s.approve(APPROVER)).toMatchObject({
      ok: true,
      text: expect.stringContaining('Still needed'),
    });
    expect(await s.approve(APPROVER)).toMatchObject({
      ok: true,
      text: expect.stringContaining('Still needed'),
    });
    await s.turn();
    expect(s.written).toEqual([]);
    expect(await s.approve(SECOND)).toMatchObject({ ok: true });
    await s.turn();
    expect(s.written).toEqual(['catalog', 'pricing', 'checkout']);
  });

  it('takes the names of the targets that a step asks to be typed', async () => {
    const s = await planStage(db, {
      policy: aPolicy([
        { name: 'typed', when: { services: ['pricing', 'catalog'] }, confirm: 'typed' },
        { name: 'ask' },
      ]),
    });
    expect(await s.approve(APPROVER)).toMatchObject({ ok: false });
    expect(await s.approve(APPROVER, 'shop/pricing')).toMatchObject({ ok: false });
    expect(await s.approve(APPROVER, 'shop/catalog shop/pricing')).toMatchObject({ ok: true });
  });

  it('is never given by the policy, though it lets every step run by itself', async () => {
    const s = await planStage(db, { policy: { ...aPolicy([{ name: 'free', then: 'auto' }]), earnedAt: 0 } });
    await carryOn(s, 2);
    expect(s.written).toEqual([]);
    expect((await s.question()).card.join('\n')).toContain('a plan always asks people');
    // Even where the row says so.
    await db.query(`update proposal set policy_effect = 'auto'`);
    const [lead] = await s.steps();
    await s.loop.run({ kind: 'proposal', id: lead?.id ?? '' });
    expect(await s.states()).toEqual(['proposed', 'proposed', 'proposed']);
    await db.query(`update proposal set state = 'approved', decided_by = 'policy'`);
    await s.loop.run({ kind: 'execute', id: lead?.id ?? '' });
    await carryOn(s, 2);
    expect(s.written).toEqual([]);
  });
});

describe('a plan is withheld with the reason', () => {
  const scale = (service: string, replicas = 3) => ({ tool: 'kubernetes.scale' as const, service, replicas });

  it.each([
    [
      'where two steps act on one target',
      { plan: [scale('pricing'), scale('pricing', 4)] },
      /act on deployment shop\/pricing/,
    ],
    [
      'where the policy denies one step',
      {
        policy: aPolicy([{ name: 'never', when: { services: ['pricing'] }, then: 'off' }, { name: 'ask' }]),
      },
      /step 2.*“never” says no/,
    ],
    [
      'where too few people may approve every step',
      {
        policy: aPolicy([
          { name: 'one', when: { services: ['pricing'] }, approvers: [APPROVER] },
          { name: 'other', approvers: [SECOND] },
        ]),
      },
      /people who may approve every step, and 0 may/,
    ],
    [
      'where one step does not apply',
      { plan: [scale('catalog'), scale('checkout', 1)] },
      /step 2.*already has/,
    ],
  ])('%s', async (_, over, why) => {
    const s = await planStage(db, over);
    expect(await s.steps()).toEqual([]);
    expect(await journal(s, 'proposal.withheld')).toContainEqual(
      expect.objectContaining({ why: expect.stringMatching(why) }),
    );
  });

  it('is only suggested where one step is', async () => {
    const s = await planStage(db, {
      policy: aPolicy([{ name: 'say', when: { services: ['pricing'] }, then: 'suggest' }, { name: 'ask' }]),
    });
    expect(await s.approve()).toMatchObject({ ok: false, text: expect.stringContaining('only suggests') });
    expect((await s.steps()).map(({ autonomy }) => autonomy)).toEqual(['suggest', 'suggest', 'suggest']);
  });
});

describe('the first surprise stops a plan', () => {
  /** Runs until `done` steps have succeeded and the next one has not been claimed. */
  async function after(s: PlanStage, done: number): Promise<void> {
    await s.approve();
    for (let round = 0; round < 20; round++) {
      const states = await s.states();
      if (states.filter((state) => state === 'succeeded').length === done) return;
      await s.step();
    }
    throw new Error(`no ${done} steps have succeeded: ${(await s.states()).join()}`);
  }
  const NAMES = ['catalog', 'pricing', 'checkout'];

  it.each([0, 1, 2])('where the target of the step after %i others has changed', async (done) => {
    const s = await planStage(db);
    await after(s, done);
    s.of(NAMES[done] ?? '').changeByOthers('shop/other:hotfix');
    await carryOn(s);
    expect(s.written).toEqual(NAMES.slice(0, done));
    expect(await s.states()).toEqual(NAMES.map((_, place) => (place < done ? 'succeeded' : 'superseded')));
    expect((await undos(s)).map(({ service }) => service)).toEqual(NAMES.slice(0, done).toReversed());
  });

  it.each([0, 1])('where nobody knows what became of the step after %i others', async (done) => {
    const s = await planStage(db);
    await after(s, done);
    const part = s.of(NAMES[done] ?? '');
    part.failNextWrite('lost before', () => part.changeByOthers('shop/other:hotfix'));
    await carryOn(s, 2);
    expect((await s.states())[done]).toBe('unknown');
    expect((await s.states()).slice(done + 1).every((state) => state === 'superseded')).toBe(true);
    expect((await undos(s)).map(({ service }) => service)).toEqual(NAMES.slice(0, done).toReversed());
  });

  it.each([
    [0, 'failed'],
    [1, 'failed'],
    [0, 'succeeded'],
    [1, 'succeeded'],
    [2, 'failed'],
  ] as const)(
    'where what became of the step after %i others is found out late, and it has %s',
    async (done, outcome) => {
      const s = await planStage(db);
      await after(s, done);
      // The write arrives and its answer does not, and then nobody can look.
      const part = s.of(NAMES[done] ?? '');
      const { deployment } = s.cluster;
      part.failNextWrite('lost after', () => {
        s.cluster.deployment = async () => {
          throw new Error('away');
        };
      });
      while ((await s.states())[done] !== 'unknown') await s.step();
      await s.turn();
      s.cluster.deployment = deployment;
      if (outcome === 'failed' && done < 2) part.unsettle();
      while ((await s.states())[done] !== 'verifying') await s.step();
      if (outcome === 'failed') await endChecks();
      await carryOn(s, 3);
      expect((await s.states())[done]).toBe(outcome);
      expect(s.written).toEqual(NAMES.slice(0, done + 1));
      expect((await undos(s)).map(({ service }) => service).toSorted()).toEqual(
        NAMES.slice(0, done + 1).toSorted(),
      );
      // A person who says no to it is not asked again.
      const late = (await s.steps())[done];
      const undo = (await undos(s)).find(({ undoes }) => undoes === late?.id);
      await s.loop.reject({ proposalId: undo?.id ?? '', person: APPROVER, reason: 'it stays' });
      await s.loop.run({ kind: 'proposal', id: late?.id ?? '' });
      expect((await undos(s)).some(({ undoes }) => undoes === late?.id)).toBe(false);
    },
  );

  it.each([0, 1, 2])('where the request of the step after %i others is refused', async (done) => {
    const s = await planStage(db);
    await after(s, done);
    s.of(NAMES[done] ?? '').failNextWrite('refused');
    await carryOn(s);
    expect(s.written).toEqual(NAMES.slice(0, done));
    expect(await s.states()).toEqual(NAMES.map((_, place) => (place < done ? 'succeeded' : 'superseded')));
  });

  it.each([
    [0, 'failed'],
    [1, 'failed'],
    [2, 'failed'],
    [0, 'inconclusive'],
    [1, 'inconclusive'],
  ] as const)('where the check of the step after %i others ends as %s', async (done, outcome) => {
    const s = await planStage(db);
    if (done < 2) s.of(NAMES[done] ?? '').unsettle();
    await after(s, done);
    while ((await s.states())[done] !== 'verifying') await s.step();
    if (outcome === 'inconclusive') s.of(NAMES[done] ?? '').changeByOthers('shop/other:hotfix', 7);
    await db.query(`update proposal set effect_at = now() - interval '1 hour' where state = 'verifying'`);
    await carryOn(s, 3);
    expect(await s.states()).toEqual(
      NAMES.map((_, place) => (place < done ? 'succeeded' : place === done ? outcome : 'superseded')),
    );
    expect(s.written).toEqual(NAMES.slice(0, done + 1));
    const moved = await journal(s, 'proposal.moved');
    expect(
      moved.filter((entry) => 'why' in entry && entry.why.includes(`step ${done + 1} of 3`)),
    ).toHaveLength(2 - done);
    if (outcome === 'failed')
      expect((await undos(s)).map(({ service }) => service)).toEqual(NAMES.slice(0, done + 1).toReversed());
  });

  it('where the kill switch is pulled between two steps', async () => {
    const s = await planStage(db);
    await after(s, 1);
    await s.loop.stop({ person: ONCALL, why: 'enough' });
    await carryOn(s);
    expect(s.written).toEqual(['catalog']);
    expect(await s.states()).toEqual(['succeeded', 'superseded', 'superseded']);
    expect((await undos(s)).map(({ service }) => service)).toEqual(['catalog']);
    await s.loop.resume({ person: APPROVER });
    await carryOn(s);
    expect(s.written).toEqual(['catalog']);
  });

  it('where the approval of the next step has expired by then', async () => {
    const s = await planStage(db);
    await after(s, 1);
    await db.query(`update proposal set expires_at = now() - interval '1 second' where state = 'approved'`);
    await carryOn(s);
    expect(s.written).toEqual(['catalog']);
    expect(await s.states()).toEqual(['succeeded', 'superseded', 'superseded']);
  });

  it('where a byte of the second step was changed after the approval', async () => {
    const s = await planStage(db);
    await s.approve();
    await db.query(
      `update proposal set consent = jsonb_set(consent, '{arguments,replicas}', '9') where consent->'plan'->>'step' = '2'`,
    );
    await s.recover();
    await carryOn(s);
    expect(s.written).toEqual(['catalog']);
    expect(await s.states()).toEqual(['succeeded', 'superseded', 'superseded']);
  });

  it('where the row of an earlier step is gone, or was undone', async () => {
    const s = await planStage(db);
    await after(s, 1);
    await db.query(`update proposal set state = 'reverted' where state = 'succeeded'`);
    await carryOn(s);
    expect(s.written).toEqual(['catalog']);
  });
});

describe('the order of a plan', () => {
  it('cannot be changed: a later step is neither claimed nor sent before its turn', async () => {
    const s = await planStage(db);
    s.of('catalog').unsettle();
    await s.approve();
    await s.turn();
    const [, second, third] = await s.steps();
    for (const step of [second, third]) {
      const id = step?.id ?? '';
      expect(await s.transaction((store) => store.claim(id, 30))).toBe(false);
      // What a process of the version before would do.
      const claim = () => db.query(`update proposal set state = 'claimed' where id = $1`, [id]);
      await expect(claim()).rejects.toThrow('is not next');
      await db.query(`alter table proposal disable trigger proposal_in_turn`);
      try {
        await claim();
        await db.query(`insert into execution (proposal_id, lease_until) values ($1, now())`, [id]);
        expect(await s.transaction((store) => store.markSent(id, 'x', 30))).toBe(false);
      } finally {
        await db.query(`alter table proposal enable trigger proposal_in_turn`);
      }
    }
  });

  it('is kept where a process dies after any statement', async () => {
    const s = await planStage(db);
    await s.approve();
    await s.recover();
    // Whatever was queued is lost and comes again for every step, in the worst order.
    for (let round = 0; round < 30; round++) {
      for (const { id } of (await s.steps()).toReversed()) {
        await s.loop.run({ kind: 'execute', id });
        await s.loop.run({ kind: 'proposal', id });
      }
    }
    expect(s.written).toEqual(['catalog', 'pricing', 'checkout']);
  });
});

describe('a process that dies', () => {
  /** Fails every call of this method once, before or after it was carried out, and the transaction with it. */
  function dying(method: string, when: 'before' | 'after') {
    let calls = 0;
    let dead = false;
    return {
      hasDied: () => dead,
      wrapStore: (store: Store): Store => {
        const known = store as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
        const whole = known[method];
        if (!whole) throw new Error(`the store has no ${method}`);
        return Object.assign(Object.create(store) as Store, {
          [method]: async (...args: unknown[]) => {
            calls += 1;
            // The second call is that of the second step.
            if (calls !== 2) return whole(...args);
            if (when === 'after') await whole(...args);
            dead = true;
            throw new Error('killed');
          },
        });
      },
    };
  }

  it.each(
    ['claim', 'markSent', 'earlierSteps', 'endExecution', 'noteHolding', 'setInverse', 'question'].flatMap(
      (method) => [[method, 'before'] as const, [method, 'after'] as const],
    ),
  )(
    'in %s of the second step, %s it, leaves each step to be carried out once and in order',
    async (method, when) => {
      const { wrapStore, hasDied } = dying(method, when);
      const s = await planStage(db, { wrapStore });
      await s.approve().catch(() => s.approve());
      await s.recover();
      for (let round = 0; round < 40; round++) {
        await db.query(`update execution set lease_until = now() - interval '1 second'`);
        for (const { id } of await s.steps()) {
          await s.loop.run({ kind: 'proposal', id }).catch(() => undefined);
          await s.loop.run({ kind: 'execute', id }).catch(() => undefined);
        }
      }
      if (method !== 'setInverse') expect(hasDied()).toBe(true);
      expect(s.written).toEqual(['catalog', 'pricing', 'checkout']);
      expect(await s.states()).toEqual(['succeeded', 'succeeded', 'succeeded']);
    },
  );
});

describe('a step whose wake-up is lost', () => {
  /** The check of the first step ends as a process of the version before ends it: without a word to the later steps. */
  async function lost(): Promise<PlanStage> {
    const s = await planStage(db);
    s.of('catalog').unsettle();
    await s.approve();
    while ((await s.states())[0] !== 'verifying') await s.step();
    await db.query(`update proposal set state = 'failed' where state = 'verifying'`);
    return s;
  }

  it('is looked at when its approval expires, and ends', async () => {
    const s = await lost();
    await db.query(`update proposal set expires_at = now() - interval '1 second' where state = 'approved'`);
    await carryOn(s, 2);
    expect(await s.states()).toEqual(['failed', 'superseded', 'superseded']);
  });

  it('is looked at again where the steps before it take longer than its approval lasts', async () => {
    const s = await planStage(db);
    s.of('catalog').unsettle();
    await s.approve();
    await db.query(
      `update proposal set expires_at = now() - interval '1 second' where consent->'plan'->>'step' <> '1'`,
    );
    await carryOn(s, 3);
    expect(await s.states()).toEqual(['verifying', 'approved', 'approved']);
    await db.query(`update proposal set state = 'succeeded' where state = 'verifying'`);
    await carryOn(s, 2);
    expect(await s.states()).toEqual(['succeeded', 'superseded', 'superseded']);
  });

  it('ends where all actions are stopped', async () => {
    const s = await lost();
    await carryOn(s, 1);
    await db.query(`update proposal set state = 'approved' where state = 'superseded'`);
    await s.loop.stop({ person: ONCALL, why: 'stuck' });
    await s.turn();
    expect(await s.states()).toEqual(['failed', 'superseded', 'superseded']);
    const close = { incidentId: 1, person: ONCALL, anyway: true };
    expect(await s.loop.resolve(close)).toMatchObject({ ok: true });
  });
});

describe('a stop that lets be undone what has begun', () => {
  it('ends a plan whose step is undone while its check still runs', async () => {
    const s = await planStage(db);
    s.of('pricing').unsettle();
    await s.approve();
    await carryOn(s, 3);
    expect(await s.states()).toEqual(['succeeded', 'verifying', 'approved']);
    await s.loop.stop({ person: ONCALL, why: 'wrong', undoLastS: 3600 });
    await carryOn(s, 2);
    const undo = (await undos(s)).find(({ service }) => service === 'pricing');
    const { id: proposalId = '', digest = '' } = undo ?? {};
    expect(await s.loop.approve({ proposalId, digest, person: APPROVER })).toMatchObject({ ok: true });
    await db.query(`update proposal set effect_at = now() where state = 'verifying'`);
    s.of('pricing').settle();
    await carryOn(s);
    expect(s.written).toEqual(['catalog', 'pricing', 'pricing']);
    expect(await s.states()).toEqual(['succeeded', 'reverted', 'superseded']);
    // The rest of what the plan has done can be undone as well.
    expect((await undos(s)).map(({ service }) => service)).toEqual(['catalog']);
  });

  it('ends a plan of which an earlier step is being put back, also where all is allowed again', async () => {
    const s = await planStage(db);
    s.of('pricing').unsettle();
    await s.approve();
    await carryOn(s, 3);
    await s.loop.stop({ person: ONCALL, why: 'wrong', undoLastS: 0 });
    await s.turn();
    const undo = (await undos(s)).find(({ service }) => service === 'catalog');
    const { id: proposalId = '', digest = '' } = undo ?? {};
    // Its undo has not settled when the next step would begin.
    s.of('catalog').unsettle();
    expect(await s.loop.approve({ proposalId, digest, person: APPROVER })).toMatchObject({ ok: true });
    await s.turn();
    await s.loop.resume({ person: APPROVER });
    s.of('pricing').settle();
    await carryOn(s, 3);
    expect(s.written).toEqual(['catalog', 'pricing', 'catalog']);
    expect((await s.states())[2]).toBe('superseded');
  });
});

describe('the undo of a plan', () => {
  it('is one plan in the reverse order, approved as one', async () => {
    const s = await planStage(db);
    await s.approve();
    await s.recover();
    await carryOn(s);
    const [lead] = await s.steps();
    const asked = { proposalId: lead?.id ?? '', person: ONCALL };
    expect(await s.loop.undo(asked)).toMatchObject({ ok: true });
    expect(await s.loop.undo(asked)).toMatchObject({ ok: false, text: expect.stringContaining('already') });
    const back = await undos(s);
    expect(back.map(({ service }) => service)).toEqual(['checkout', 'pricing', 'catalog']);
    const [first] = back;
    const digest = planDigest(back);
    expect(await s.loop.approve({ proposalId: first?.id ?? '', digest, person: APPROVER })).toMatchObject({
      ok: true,
    });
    await carryOn(s);
    expect(s.written.slice(3)).toEqual(['checkout', 'pricing', 'catalog']);
    expect(await s.states()).toEqual(['reverted', 'reverted', 'reverted']);
  });

  it('is refused while the plan is under way', async () => {
    const s = await planStage(db);
    s.of('pricing').unsettle();
    await s.approve();
    await carryOn(s, 4);
    const [lead] = await s.steps();
    expect(await s.loop.undo({ proposalId: lead?.id ?? '', person: ONCALL })).toMatchObject({
      ok: false,
      text: expect.stringContaining('under way'),
    });
  });

  it('names the steps that nothing would undo', async () => {
    const s = await planStage(db, {
      plan: [
        { tool: 'kubernetes.scale', service: 'catalog', replicas: 3 },
        { tool: 'kubernetes.restart', service: 'pricing' },
        { tool: 'kubernetes.scale', service: 'checkout', replicas: 3 },
      ],
    });
    await s.approve();
    await s.recover();
    await carryOn(s);
    const [lead] = await s.steps();
    await s.loop.undo({ proposalId: lead?.id ?? '', person: ONCALL });
    const back = await undos(s);
    expect(back.map(({ service }) => service)).toEqual(['checkout', 'catalog']);
    expect(back[0]?.consent.card).toContainEqual(
      expect.stringMatching(/^Not undone, for nothing would undo it: .*pricing/),
    );
  });

  it.each([
    ['failed', (s: PlanStage) => s.of('checkout').unsettle(), 'put back already'],
    [
      'unknown',
      (s: PlanStage) => {
        const part = s.of('checkout');
        part.failNextWrite('lost before', () => part.changeByOthers('shop/other:hotfix', 9));
      },
      'as it was',
    ],
  ] as const)(
    'can be asked for again for what is left where a step of it is %s',
    async (ends, before, found) => {
      const s = await planStage(db);
      await failing(s);
      before(s);
      expect(await approveUndo(s)).toMatchObject({ ok: true });
      await carryOn(s, 2);
      await endChecks();
      await carryOn(s, 3);
      expect((await s.view()).proposals.filter((one) => one.undoes).map(({ state }) => state)).toContain(
        ends,
      );
      const [lead] = await s.steps();
      const asked = { proposalId: lead?.id ?? '', person: ONCALL };
      expect(mayUndo(await s.view(), await s.question())).toBe(true);
      expect(await s.loop.undo(asked)).toMatchObject({ ok: true });
      expect(await undos(s)).toHaveLength(2);
      expect(await s.loop.undo(asked)).toMatchObject({ ok: false, text: expect.stringContaining('already') });
      // What nobody knows the fate of is not looked at any more once its consent has ended.
      await db.query(`update proposal set expires_at = now() - interval '1 second' where state = 'unknown'`);
      expect(await s.loop.undo(asked)).toMatchObject({ ok: found === 'as it was' });
    },
  );

  it('loses none of the undos that are offered action by action where the process dies between them', async () => {
    let added = 0;
    const wrapStore = (store: Store): Store =>
      Object.assign(Object.create(store) as Store, {
        addProposal: async (one: Proposal) => {
          if (one.undoes !== null && ++added === 2) throw new Error('killed');
          return store.addProposal(one);
        },
      });
    const s = await planStage(db, { wrapStore });
    await expect(failing(s, () => s.of('catalog').changeByOthers('shop/catalog:v9', 1))).rejects.toThrow(
      'killed',
    );
    const failed = (await s.steps())[2];
    await s.loop.run({ kind: 'proposal', id: failed?.id ?? '' });
    expect((await undos(s)).map(({ service }) => service).toSorted()).toEqual(['checkout', 'pricing']);
  });

  it('is offered action by action where the policy only suggests one of them by now', async () => {
    const freeze = { services: ['pricing'], during: ['freeze'] };
    const windows: Policy['windows'] = [];
    const s = await planStage(db, {
      policy: aPolicy([{ name: 'freeze', when: freeze, then: 'suggest' }, { name: 'ask' }], { windows }),
    });
    await failing(s, () =>
      windows.push({ name: 'freeze', when: { kind: 'once', from: new Date(0), to: new Date(8e14) } }),
    );
    expect((await undos(s)).map(({ service, autonomy }) => `${service} ${autonomy}`).toSorted()).toEqual([
      'catalog approve',
      'checkout approve',
    ]);
    expect(await journal(s, 'proposal.withheld')).toContainEqual(
      expect.objectContaining({ why: expect.stringContaining('“freeze” only suggests it') }),
    );
    expect(await approveUndo(s)).toMatchObject({ ok: true });
  });

  it('is not proposed to the only one who may approve, who asks for it', async () => {
    const s = await planStage(db, { people: PEOPLE.filter((one) => one.slackId !== SECOND) });
    await s.approve();
    await s.recover();
    await carryOn(s);
    const [lead] = await s.steps();
    expect(await s.loop.undo({ proposalId: lead?.id ?? '', person: APPROVER })).toMatchObject({
      ok: false,
      text: expect.stringContaining('by others than whoever asks'),
    });
    expect(await undos(s)).toEqual([]);
    expect(await s.loop.undo({ proposalId: lead?.id ?? '', person: ONCALL })).toMatchObject({ ok: true });
  });

  describe('where the policy lets every action run by itself', () => {
    const policy = aPolicy([{ name: 'free', then: 'auto' }], { earnedAt: 0 });

    it('waits for people, also where it is offered action by action', async () => {
      const s = await planStage(db, { policy });
      await failing(s, () => s.of('catalog').changeByOthers('shop/catalog:v9', 1));
      expect((await undos(s)).map(({ service }) => service).toSorted()).toEqual(['checkout', 'pricing']);
      expect(s.written).toEqual(['catalog', 'pricing', 'checkout']);
    });

    it('is not undone itself where its next step meets a surprise', async () => {
      const s = await planStage(db, { policy });
      await failing(s);
      s.of('pricing').changeByOthers('shop/pricing:v9', 5);
      expect(await approveUndo(s)).toMatchObject({ ok: true });
      await carryOn(s, 6);
      expect(s.written).toEqual(['catalog', 'pricing', 'checkout', 'checkout']);
      expect(await undos(s)).toEqual([]);
    });
  });
});
