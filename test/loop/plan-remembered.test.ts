import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/adapters/postgres/sql.ts';
import { mayUndo } from '../../src/adapters/slack/render/undo.ts';
import type { RunbookAction } from '../../src/incident/evidence.ts';
import { isBlamed } from '../../src/incident/own-action.ts';
import { pastInWords } from '../../src/propose/confidence.ts';
import { testDatabase } from '../support/database.ts';
import { emptyDatabase } from '../support/empty-database.ts';
import { APPROVER, ONCALL } from '../support/loop.ts';
import { planStage, type PlanStage } from '../support/plan-stage.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterEach(() => emptyDatabase(db));
afterAll(() => db.close());

const rollback = (service: string): RunbookAction => ({
  tool: 'kubernetes.rollback',
  arguments: { namespace: 'shop', deployment: service, revision: 1 },
  service,
});
const scale = (service: string): RunbookAction => ({ tool: 'kubernetes.scale', service, replicas: 3 });
const BAD = {
  namespace: 'shop',
  deployment: 'pricing',
  revision: 2,
  template: null,
  sha: null,
};

async function carriedOut(plan: RunbookAction[]): Promise<PlanStage> {
  const s = await planStage(db, { plan });
  await s.approve();
  await s.recover();
  for (let round = 0; round < 8; round++) await s.pass();
  return s;
}

async function helped(plan: RunbookAction[]): Promise<PlanStage> {
  const s = await carriedOut(plan);
  expect(await s.states()).toEqual(plan.map(() => 'succeeded'));
  return s;
}

async function failed(plan: RunbookAction[]): Promise<PlanStage> {
  const s = await planStage(db, { plan });
  await s.approve();
  while ((await s.states()).at(-1) !== 'verifying') await s.step();
  await db.query(`update proposal set effect_at = now() - interval '1 hour' where state = 'verifying'`);
  for (let round = 0; round < 3; round++) await s.pass();
  expect((await s.states()).at(-1)).toBe('failed');
  return s;
}

const blamed = (s: PlanStage) => s.transaction((store) => store.blamed());

async function offeredUndos(s: PlanStage) {
  const { proposals } = await s.view();
  return proposals.filter((one) => one.undoes !== null && one.state === 'proposed');
}

async function askUndo(s: PlanStage) {
  const [lead] = await s.steps();
  return s.loop.undo({ proposalId: lead?.id ?? '', person: ONCALL });
}

async function similar(s: PlanStage) {
  const { incident } = await s.view();
  await db.query(`update incident set state = 'closed'`);
  return s.transaction((store) => store.similar({ ...incident, id: 0 }, [], [], 5));
}

describe('a plan that helped', () => {
  it('is the verified fix of its incident, with all its steps in their order', async () => {
    const s = await helped([rollback('pricing'), scale('catalog')]);
    expect(await similar(s)).toEqual([
      expect.objectContaining({ id: 1, worked: ['kubernetes.rollback', 'kubernetes.scale'] }),
    ]);
  });

  it('is told where one of its steps is proposed again, and raises no confidence', async () => {
    const s = await helped([rollback('pricing'), scale('catalog')]);
    const [step] = await s.steps();
    if (!step) throw new Error('no step');
    const past = await s.transaction((store) => store.trackRecord(step.action));
    expect(past).toEqual({ tried: 0, helped: 0, triedInPlans: 1, helpedInPlans: 1 });
    expect(pastInWords(past)).toBe('tried on this target only 1 time within a plan, which helped 1');
  });

  it.each([
    ['first', [rollback('pricing'), scale('catalog')]],
    ['last', [scale('catalog'), rollback('pricing')]],
  ])('finds guilty what its rollback took out of service, as the %s step', async (_, plan) => {
    const s = await helped(plan);
    expect(isBlamed(BAD, await blamed(s))).toBe(true);
  });

  it('is undone without its rollback, and the answer and the record say why', async () => {
    const s = await helped([rollback('pricing'), scale('catalog')]);
    expect(mayUndo(await s.view(), await s.question())).toBe(true);
    const answer = await askUndo(s);
    expect(answer).toMatchObject({ ok: true, text: expect.stringMatching(/found guilty: .*pricing/) });
    expect((await offeredUndos(s)).map(({ action }) => action.tool)).toEqual(['kubernetes.scale']);
    expect((await s.view()).journal).toContainEqual(
      expect.objectContaining({
        kind: 'proposal.withheld',
        why: expect.stringContaining('it would put back what was found guilty'),
      }),
    );
  });

  it('says on the card of its undo what is not put back, where several steps are', async () => {
    const s = await helped([scale('catalog'), rollback('pricing'), scale('checkout')]);
    await askUndo(s);
    const undos = await offeredUndos(s);
    expect(undos.map(({ service }) => service).toSorted()).toEqual(['catalog', 'checkout']);
    expect(undos.flatMap(({ consent }) => consent.card)).toContainEqual(
      expect.stringMatching(/^Not undone, for it would put back what was found guilty: .*pricing/),
    );
  });

  it('keeps the guilt of what it took out where the rest of it has been undone', async () => {
    const s = await helped([rollback('pricing'), scale('catalog')]);
    await askUndo(s);
    const [undo] = await offeredUndos(s);
    await s.loop.approve({ proposalId: undo?.id ?? '', digest: undo?.digest ?? '', person: APPROVER });
    for (let round = 0; round < 4; round++) await s.pass();
    expect(await s.states()).toEqual(['succeeded', 'reverted']);
    expect(isBlamed(BAD, await blamed(s))).toBe(true);
    expect(mayUndo(await s.view(), await s.question())).toBe(false);
    expect(await askUndo(s)).toMatchObject({ ok: false });
    expect(await offeredUndos(s)).toEqual([]);
  });

  it('is not undone at all where it only rolled back, and offers no button for it', async () => {
    const s = await helped([rollback('pricing'), rollback('catalog')]);
    expect(mayUndo(await s.view(), await s.question())).toBe(false);
    expect(await askUndo(s)).toMatchObject({ ok: false, text: expect.stringContaining('found guilty') });
    expect(await offeredUndos(s)).toEqual([]);
  });
});

describe('a plan that did not help', () => {
  it('is no verified fix, finds nothing guilty, and its rollback can be undone', async () => {
    const s = await failed([rollback('pricing'), scale('catalog')]);
    expect(await blamed(s)).toEqual([]);
    // Its rollback has succeeded as a step; nobody says of it that it helped, or that its revision is no suspect.
    const own = await s.transaction((store) => store.ownActions(new Date(0)));
    expect(own.map(({ tool, state }) => `${tool} ${state}`)).toEqual([
      'kubernetes.rollback inconclusive',
      'kubernetes.scale failed',
    ]);
    expect((await offeredUndos(s)).map(({ action }) => action.tool).toSorted()).toEqual([
      'kubernetes.rollback',
      'kubernetes.scale',
    ]);
    const [step] = await s.steps();
    if (!step) throw new Error('no step');
    expect(await s.transaction((store) => store.trackRecord(step.action))).toMatchObject({
      triedInPlans: 1,
      helpedInPlans: 0,
    });
    expect(await similar(s)).toEqual([expect.objectContaining({ worked: [] })]);
  });
});
