import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../src/adapters/postgres/sql.ts';
import { testDatabase } from '../support/database.ts';
import { emptyDatabase } from '../support/empty-database.ts';
import { APPROVER, ONCALL, SECOND } from '../support/loop.ts';
import { planStage, type PlanStage } from '../support/plan-stage.ts';
import { aPolicy } from '../support/policy.ts';
import { shown, slackCrew } from '../support/slack-crew.ts';

let db: Database;
let crew: Awaited<ReturnType<typeof slackCrew>>;
beforeAll(async () => {
  db = await testDatabase();
});
afterEach(async () => {
  await crew.close();
  await emptyDatabase(db);
});
afterAll(() => db.close());

/** Two people for pricing, and so for the whole plan. */
const POLICY = aPolicy([
  { name: 'two of us', when: { services: ['pricing'] }, approvals: 2 },
  { name: 'one of us', approvals: 1 },
]);

const replicas = (s: PlanStage) =>
  Promise.all(
    ['catalog', 'pricing', 'checkout'].map(
      async (name) => (await s.cluster.deployment('shop', name))?.replicas,
    ),
  );

async function begin(): Promise<PlanStage> {
  const s = await planStage(db, { policy: POLICY, fires: false });
  crew = await slackCrew(db, s);
  expect(await crew.alert('firing')).toBe(200);
  await s.turn();
  return s;
}

/** Both approvers press what the thread shows. */
async function approve(button: string): Promise<void> {
  expect(await crew.click(await crew.says(button), button, APPROVER)).toContain(
    'Still needed: 1 more approval',
  );
  expect(await crew.click(await crew.says(button), button, SECOND)).toContain('Approved');
}

it('carries a plan out in its order once two people have pressed Approve, and says that it helped', async () => {
  const s = await begin();
  const card = await crew.says('Approve all 3 steps');
  const [root] = crew.api.messages;
  expect(root?.thread_ts).toBeUndefined();
  expect(card.thread_ts).toBe(root?.ts);
  expect(await crew.click(card, 'Approve', ONCALL)).toContain('not listed as an approver');
  await s.turn();
  expect(await s.states()).toEqual(['proposed', 'proposed', 'proposed']);

  await approve('Approve all 3 steps');
  expect(s.written).toEqual([]);
  await s.recover();
  expect(await crew.alert('resolved')).toBe(200);
  for (let round = 0; round < 8; round++) await s.pass();
  expect(s.written).toEqual(['catalog', 'pricing', 'checkout']);
  expect(await replicas(s)).toEqual([3, 3, 3]);
  expect(await s.states()).toEqual(['succeeded', 'succeeded', 'succeeded']);
  const outcome = await crew.says('All 3 steps are done, and it helped.');
  expect(outcome.thread_ts).toBe(root?.ts);
}, 120_000);

it('ends at a step whose check fails, and undoes what was done, the newest first, once two people have pressed that', async () => {
  const s = await begin();
  s.of('pricing').unsettle();
  await approve('Approve all 3 steps');
  for (let round = 0; round < 3; round++) await s.pass();
  expect(await s.states()).toEqual(['succeeded', 'verifying', 'approved']);
  await db.query(`update proposal set effect_at = now() - interval '1 hour' where state = 'verifying'`);
  for (let round = 0; round < 3; round++) await s.pass();
  expect(s.written).toEqual(['catalog', 'pricing']);
  expect(await replicas(s)).toEqual([3, 3, 1]);
  await crew.says('The plan stopped at step 2 of 3');

  const card = shown(await crew.says('Approve all 2 steps'));
  expect(card.indexOf('pricing')).toBeLessThan(card.indexOf('catalog'));
  s.of('pricing').settle();
  await approve('Approve all 2 steps');
  for (let round = 0; round < 6; round++) await s.pass();
  expect(s.written).toEqual(['catalog', 'pricing', 'pricing', 'catalog']);
  expect(await replicas(s)).toEqual([1, 1, 1]);
  await crew.says('All 2 steps are done, and what they undo is undone.');
}, 120_000);
