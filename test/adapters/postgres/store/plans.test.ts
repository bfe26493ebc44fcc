import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../../../src/adapters/postgres/sql.ts';
import type { Proposal, ProposalState } from '../../../../src/incident/proposal.ts';
import { testDatabase } from '../../../support/database.ts';
import { undoneAfter, type InStore } from '../../../support/undone-after.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

/** A plan whose steps stand in these states, put into the database from its last step to its first. */
async function planOf({ put }: InStore, ...states: ProposalState[]): Promise<Proposal[]> {
  const id = randomUUID();
  const steps: Proposal[] = [];
  for (const [place, state] of [...states.entries()].toReversed())
    steps.unshift(
      await put(
        { state, decidedBy: 'U1', ...(place === 0 ? { id } : {}) },
        { plan: { id, step: place + 1, of: states.length } },
      ),
    );
  return steps;
}
const idsOf = (steps: readonly { id: string }[] | undefined) => steps?.map(({ id }) => id);

it('asks about one action alone, and about all steps of a plan in their order', () =>
  undoneAfter(db, async (at) => {
    const { store } = at;
    const alone = await at.put();
    const steps = await planOf(at, 'proposed', 'proposed', 'proposed');
    for (const ask of [store.question, store.lockQuestion]) {
      expect(idsOf((await ask(alone.id))?.steps)).toEqual([alone.id]);
      for (const { id } of steps) expect(idsOf((await ask(id))?.steps)).toEqual(idsOf(steps));
    }
  }));

it('asks nothing about what is not there, or is no id at all', () =>
  undoneAfter(db, async ({ store, put }) => {
    const { id } = await put();
    for (const other of [randomUUID(), 'x', `x${id}`, `${id}x`, ''])
      expect(await store.question(other), other).toBeNull();
  }));

it.each<[string, (at: InStore) => Promise<Proposal | undefined>]>([
  ['one action', (at) => at.put()],
  ['a plan', async (at) => (await planOf(at, 'proposed', 'proposed'))[1]],
])('locks %s that is to be decided, and nothing that is only read', (_, of) =>
  undoneAfter(db, async (at) => {
    const { store, sql } = at;
    // Only a query that locks rows takes this mode of the table.
    const locks = async () =>
      (
        await sql.query(
          `select from pg_locks where relation = 'proposal'::regclass and mode = 'RowShareLock' and pid = pg_backend_pid()`,
        )
      ).rowCount;
    const asked = (await of(at))?.id ?? '';
    await store.question(asked);
    expect(await locks()).toBe(0);
    await store.lockQuestion(asked);
    expect(await locks()).toBe(1);
  }),
);

it.each<[ProposalState, 'succeeded' | 'under way' | 'stopped']>([
  ['succeeded', 'succeeded'],
  ['approved', 'under way'],
  ['claimed', 'under way'],
  ['sent', 'under way'],
  ['confirmed', 'under way'],
  ['verifying', 'under way'],
  ['failed', 'stopped'],
  ['unknown', 'stopped'],
])('a step after one that is %s: those before have %s', (before, standing) =>
  undoneAfter(db, async (at) => {
    const [first, second, third] = await planOf(at, 'succeeded', before, 'approved');
    const of = (step: Proposal | undefined) => at.store.earlierSteps(step?.id ?? '');
    expect([await of(first), await of(second), await of(third)]).toEqual([
      'succeeded',
      'succeeded',
      standing,
    ]);
  }),
);

it('knows of nothing before what is not there', () =>
  undoneAfter(db, async ({ store }) => {
    expect(await store.earlierSteps(randomUUID())).toBe('stopped');
  }));

it('ends the steps that have not begun, in their order and on record, and has the loop look at the plan', () =>
  undoneAfter(db, async (at) => {
    const { store, steps: enqueued } = at;
    const steps = await planOf(at, 'succeeded', 'failed', 'approved', 'approved');
    const [first, second, third, fourth] = steps;
    if (!first || !second || !third || !fourth) throw new Error('a step is missing');
    await store.stopPlan(second, 'it did not help');
    const states = (await store.question(first.id))?.steps.map(({ state }) => state);
    expect(states).toEqual(['succeeded', 'failed', 'superseded', 'superseded']);
    const about = ({ id, title, consent: { plan } }: Proposal) =>
      expect.objectContaining({
        kind: 'proposal.moved',
        actor: 'sitrep',
        proposal: id,
        title,
        plan,
        from: 'approved',
        to: 'superseded',
        why: 'step 2 of 4: it did not help',
      }) as unknown;
    expect(await store.journal(0, first.incidentId, 9)).toEqual([about(third), about(fourth)]);
    expect(enqueued).toEqual([{ kind: 'proposal', id: second.id }]);
  }));

it('ends nothing after an action that is no step', () =>
  undoneAfter(db, async ({ store, put, steps }) => {
    const alone = await put({ state: 'failed' });
    await store.stopPlan(alone, 'it did not help');
    expect([await store.journal(0, alone.incidentId, 9), steps]).toEqual([[], []]);
  }));
