import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/adapters/postgres/sql.ts';
import { renderSlot } from '../../src/adapters/slack/render/slots.ts';
import { questionAmong } from '../../src/incident/question.ts';
import { readable } from '../support/blocks.ts';
import { testDatabase } from '../support/database.ts';
import { emptyDatabase } from '../support/empty-database.ts';
import { APPROVER, ONCALL, PEOPLE, SECOND, stage, type Stage } from '../support/loop.ts';
import { planStage } from '../support/plan-stage.ts';
import { aPolicy } from '../support/policy.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterEach(() => emptyDatabase(db));
afterAll(() => db.close());

const SCALE = 'kubernetes.scale namespace=shop deployment=pricing replicas=4';

async function begin(over: Parameters<typeof stage>[1] = {}) {
  const s = await stage(db, over);
  await s.fire();
  await s.turn();
  return s;
}

function ask(s: Stage, text: string, person = ONCALL, why = '') {
  return s.loop.propose({ person, incidentId: 1, words: text.split(' '), why });
}

async function scaling(s: Stage) {
  return (await s.view()).proposals.find((one) => one.action.tool === 'kubernetes.scale');
}

describe('an action that a listed person asks for', () => {
  it('gets a card like every other, with who asked and why, and is carried out when another approves', async () => {
    const s = await begin();
    expect(await ask(s, SCALE, SECOND, 'the queue grows')).toMatchObject({ ok: true });
    const asked = await scaling(s);
    if (!asked) throw new Error('nothing was proposed');
    expect(asked).toMatchObject({ requestedBy: SECOND, service: 'pricing', state: 'proposed' });
    const card = readable(renderSlot(await s.view(), `proposal:${asked.id}`, false)?.blocks);
    expect(card).toContain('asked for by second approver: the queue grows');
    expect(card).toContain(`Asked for by <@${SECOND}>, who cannot approve it.`);
    expect(card).toContain('Dry run: ');
    expect((await s.view()).journal).toContainEqual(
      expect.objectContaining({ kind: 'proposal.made', actor: SECOND, proposal: asked.id }),
    );

    const { id: proposalId, digest } = asked;
    expect(await s.loop.approve({ proposalId, digest, person: SECOND })).toMatchObject({
      ok: false,
      text: expect.stringContaining('somebody else must approve it') as string,
    });
    expect(await s.loop.approve({ proposalId, digest, person: APPROVER })).toMatchObject({ ok: true });
    await s.turn();
    expect(s.cluster.writes).toHaveLength(1);
  });

  it('never runs by itself, whatever the policy lets run', async () => {
    const auto = aPolicy([{ name: 'auto', then: 'auto' }], { earnedAt: 0 });
    const s = await begin({ policy: auto });
    await ask(s, 'kubernetes.restart namespace=shop deployment=pricing');
    const asked = (await s.view()).proposals.find((one) => one.requestedBy === ONCALL);
    expect(asked).toMatchObject({ autonomy: 'approve', state: 'proposed' });
    expect(asked?.consent.card.join('\n')).toContain('a person asked for it, so somebody else approves it');
  });

  it('stays when newer findings replace what Sitrep proposed', async () => {
    const s = await begin();
    await ask(s, SCALE);
    await db.query(`update incident set state = 'open'`);
    await s.loop.run({ kind: 'incident', id: 1 });
    await s.turn();
    expect((await scaling(s))?.state).toBe('proposed');
  });

  it('says what has changed when it is asked for again after a stale refusal', async () => {
    const s = await begin();
    await ask(s, SCALE);
    const old = await scaling(s);
    if (!old) throw new Error('nothing was proposed');
    await s.loop.approve({ proposalId: old.id, digest: old.digest, person: APPROVER });
    s.cluster.changeByOthers('shop/pricing:hotfix');
    await s.turn();
    expect(await ask(s, SCALE)).toMatchObject({ ok: true });
    const fresh = await scaling(s);
    const card = readable(renderSlot(await s.view(), `proposal:${fresh?.id}`, false)?.blocks);
    expect(card).toContain('Observed at: was generation 3, is now generation 4');
  });
});

describe('several actions with “then” between them', () => {
  const two = (first: string, second: string) =>
    `kubernetes.scale namespace=shop deployment=${first} replicas=5 then kubernetes.restart namespace=shop deployment=${second}`;

  it('are asked for as one plan, which whoever asked cannot approve', async () => {
    const s = await planStage(db);
    const asked = { person: SECOND, incidentId: 1, why: 'all at once' };
    const words = two('pricing', 'catalog').split(' ');
    expect(await s.loop.propose({ ...asked, words })).toMatchObject({ ok: true });
    const steps = (await s.view()).proposals.filter((one) => one.requestedBy === SECOND);
    expect(new Set(steps.map((one) => `${one.consent.plan?.step} ${one.action.tool}`))).toEqual(
      new Set(['1 kubernetes.scale', '2 kubernetes.restart']),
    );
    const lead = steps.find((one) => one.consent.plan?.step === 1);
    if (!lead) throw new Error('there is no plan');
    const { digest } = questionAmong(steps, lead);
    expect(await s.loop.approve({ proposalId: lead.id, digest, person: SECOND })).toMatchObject({
      ok: false,
    });
    expect(await s.loop.approve({ proposalId: lead.id, digest, person: APPROVER })).toMatchObject({
      ok: true,
    });
    expect(await s.loop.propose({ ...asked, words: ['then'] })).toMatchObject({ ok: false });
  });

  it('are refused together where one of them is, which is named', async () => {
    const s = await begin();
    expect(await ask(s, `${SCALE} then kubernetes.scale namespace=shop`)).toMatchObject({
      ok: false,
      text: expect.stringMatching(/^After “then” number 1: “deployment” is missing/) as string,
    });
    expect(await ask(s, `${SCALE} then kubernetes.restart namespace=shop deployment=pricing`)).toMatchObject({
      ok: false,
      text: expect.stringContaining('a plan acts on each target once') as string,
    });
  });
});

describe('a target that nobody has declared', () => {
  const text = async (words: string) => (await ask(await begin(), words)).text;

  it('is taken for a slip: the nearest name is asked back, and the known ones are listed', async () => {
    expect(await text('kubernetes.restart namespace=shop deployment=pricng')).toMatch(
      /^No service in sitrep.yaml has the deployment shop\/pricng; did you mean shop\/pricing\? Known: .*shop\/checkout.*\. If it is right, say which service it is about: service=NAME$/,
    );
    expect(await text('kubernetes.restart namespace=shp deployment=pricing')).toContain(
      'did you mean shop/pricing?',
    );
    expect(await text('kubernetes.restart namespace=shop deployment=pricng service=pricing')).toContain(
      'did you mean shop/pricing?',
    );
  });

  it('is not guessed at where no name is near', async () => {
    const said = await text('kubernetes.restart namespace=shop deployment=billing');
    expect(said).not.toContain('did you mean');
    expect(said).toContain('Known: ');
  });
});

it('the example of an action names no release, which somebody could take for advice', async () => {
  const s = await begin();
  const { text } = await ask(s, '');
  const list = (await s.loop.propose({ person: ONCALL, incidentId: null, words: [], why: '' })).text;
  expect(list).toContain(
    'For example: /sitrep propose INC-12 kubernetes.rollback namespace=shop deployment=pricing revision=REVISION',
  );
  const wrong = (await ask(s, 'kubernetes.rollback namespace=shop')).text;
  expect(wrong).toContain('revision=REVISION');
  expect(`${text}${list}${wrong}`).not.toMatch(/revision=\d/);
});

it('the example copied as it stands is answered with what belongs there, and the revisions that are kept', async () => {
  const s = await begin();
  const rollback = (rest: string) => ask(s, `kubernetes.rollback namespace=shop ${rest}`);
  expect((await rollback('deployment=pricing revision=REVISION')).text).toBe(
    '“REVISION” only holds the place: write a number such as 3 there. Kept of pricing: 1, 2, 3.',
  );
  expect((await rollback('deployment=pricing revision=latest')).text).toMatch(/Kept of pricing: 1, 2, 3\.$/);
  expect((await rollback('deployment=other revision=REVISION')).text).toMatch(/such as 3 there\.$/);
  expect((await ask(s, `${SCALE} revision=REVISION`)).text).not.toContain('Kept');
});

describe('what is asked for by hand is refused', () => {
  it.each([
    ['by somebody who is not listed', SCALE, 'U0STRANGER', 'You are not listed'],
    ['with a mistake in its words', 'kubernetes.scale namespace=shop', ONCALL, '“deployment” is missing'],
    [
      'for a service that is not declared',
      `${SCALE} service=billing`,
      ONCALL,
      'declares no service “billing”',
    ],
    [
      'for another service than that of its target',
      `${SCALE} service=checkout`,
      ONCALL,
      'belongs to pricing, not to checkout',
    ],
    [
      'for a target of no service',
      'kubernetes.restart namespace=shop deployment=nothing',
      ONCALL,
      'say which service it is about',
    ],
    [
      'for a target of no service, in the name of one that has its own',
      'kubernetes.restart namespace=shop deployment=nothing service=pricing',
      ONCALL,
      'pricing has a target of its own',
    ],
    [
      'for a part of the world that is not configured',
      'kubernetes.cordon node=worker-3',
      ONCALL,
      'cannot be proposed now',
    ],
  ])('%s', async (_, words, person, said) => {
    const s = await begin();
    const before = (await s.view()).proposals.length;
    expect(await ask(s, words, person)).toMatchObject({
      ok: false,
      text: expect.stringContaining(said) as string,
    });
    expect((await s.view()).proposals).toHaveLength(before);
  });

  it('where the same waits for people already', async () => {
    const s = await begin();
    await ask(s, SCALE);
    expect(await ask(s, SCALE, SECOND)).toMatchObject({
      ok: false,
      text: expect.stringContaining('waits for people already') as string,
    });
  });

  it('where people are asked too much already, with what to do and on record', async () => {
    const s = await begin({ settings: { approvals: { pendingPerIncident: 1, perHour: 30 } } });
    // What Sitrep has found and asks about is in nobody's way.
    expect((await s.view()).proposals).toHaveLength(1);
    expect(await ask(s, SCALE)).toMatchObject({ ok: true });
    expect(await ask(s, 'kubernetes.restart namespace=shop deployment=pricing')).toMatchObject({
      ok: false,
      text: expect.stringContaining('Decide about one of them first, then ask again') as string,
    });
    expect((await s.view()).journal).toContainEqual(
      expect.objectContaining({ kind: 'proposal.withheld', actor: ONCALL }),
    );
  });

  it('where nobody else could approve it', async () => {
    const people = PEOPLE.filter((one) => one.slackId !== SECOND);
    const s = await begin({ people });
    expect(await ask(s, SCALE, APPROVER)).toMatchObject({
      ok: false,
      text: 'It takes 1 approval by others than whoever asks, and sitrep.yaml lets nobody else give one. Let somebody else ask for it (on-call), and then approver approves it.',
    });
  });

  it('once the incident is over', async () => {
    const s = await begin();
    await s.loop.resolve({ incidentId: 1, person: ONCALL, anyway: true });
    expect(await ask(s, SCALE)).toMatchObject({ ok: false, text: 'INC-1 is closed.' });
    expect(
      await s.loop.propose({ person: ONCALL, incidentId: 9, words: SCALE.split(' '), why: '' }),
    ).toMatchObject({
      text: 'There is no INC-9.',
    });
  });
});

it('lists the tools that are configured here, and no other', async () => {
  const s = await begin();
  const { text } = await s.loop.propose({ person: ONCALL, incidentId: null, words: [], why: '' });
  expect(text).toContain('kubernetes.scale namespace= deployment= replicas=\n');
  expect(text).not.toContain('fly.');
  expect(text).toContain(
    'For example: /sitrep propose INC-12 kubernetes.rollback namespace=shop deployment=pricing revision=REVISION',
  );
});
