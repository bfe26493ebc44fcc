import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../../../src/adapters/postgres/sql.ts';
import type { Proposal } from '../../../../src/incident/proposal.ts';
import { testDatabase } from '../../../support/database.ts';
import { advisoryLocks, executed, undoneAfter, type InStore } from '../../../support/undone-after.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

const TOOL = 'kubernetes.rollback';
const PLAN = { id: '00000000-0000-4000-9000-999999999999', step: 1, of: 2 };

/** Actions that were begun one after another, a minute apart; the last one just now. */
async function begun(
  { sql, put }: InStore,
  ...ends: [Proposal['state'], service?: string, plan?: Proposal['consent']['plan']][]
): Promise<string[]> {
  const ids = [];
  for (const [place, [state, service = 'checkout', plan]] of ends.entries()) {
    const { id } = await put({ state, service }, plan ? { plan } : {});
    await executed(sql, id, ends.length - 1 - place);
    ids.push(id);
  }
  return ids;
}

const began = async ({ sql }: InStore, id: string | undefined) => {
  const { rows } = await sql.query<{ at: Date }>(
    `select claimed_at as at from execution where proposal_id = $1`,
    [id],
  );
  return rows[0]?.at;
};

it('is empty where nothing was done', () =>
  undoneAfter(db, async ({ store }) => {
    expect(await store.actionRecord(TOOL, 'checkout', null)).toEqual({ streak: 0, failures: null, runs: [] });
  }));

it('counts successes on a service since the last one that was none, and what failed anywhere', () =>
  undoneAfter(db, async (at) => {
    const { store } = at;
    const ids = await begun(
      at,
      ['succeeded'],
      ['failed'],
      ['succeeded'],
      ['succeeded', 'search'],
      ['succeeded'],
    );
    expect(await store.actionRecord(TOOL, 'checkout', null)).toMatchObject({ streak: 2, failures: null });
    expect(await store.actionRecord(TOOL, 'checkout', ids[4] ?? '')).toMatchObject({ streak: 1 });
    expect(await store.actionRecord('kubernetes.restart', 'checkout', null)).toMatchObject({ streak: 0 });
  }));

it('counts what did not help since the last success, and when the last of it began', () =>
  undoneAfter(db, async (at) => {
    const ids = await begun(at, ['failed'], ['succeeded'], ['unknown', 'search'], ['inconclusive']);
    const failures = { inARow: 2, lastAt: await began(at, ids[3]) };
    expect(await at.store.actionRecord(TOOL, 'checkout', null)).toMatchObject({ streak: 0, failures });
    expect(await at.store.actionRecord(TOOL, 'checkout', ids[3] ?? '')).toMatchObject({
      failures: { inARow: 1, lastAt: await began(at, ids[2]) },
    });
  }));

it('takes a step of a plan for no success', () =>
  undoneAfter(db, async (at) => {
    await begun(at, ['failed'], ['succeeded', 'checkout', PLAN]);
    expect(await at.store.actionRecord(TOOL, 'checkout', null)).toMatchObject({
      streak: 0,
      failures: { inARow: 1 },
    });
  }));

it('takes what a stop ended for no failure, and what else was undone for one', () =>
  undoneAfter(db, async (at) => {
    const [stopped, failed] = await begun(at, ['reverted'], ['reverted']);
    await at.sql.query(`update proposal set outcome = 'failed', outcome_at = now() where id = $1`, [failed]);
    const failures = { inARow: 1, lastAt: await began(at, failed) };
    expect((await at.store.actionRecord(TOOL, 'checkout', null)).failures).toEqual(failures);
    expect((await at.store.actionRecord(TOOL, 'checkout', failed ?? '')).failures).toBeNull();
    expect(stopped).not.toBe(failed);
  }));

it('has what ran in the last week, and under which rule', () =>
  undoneAfter(db, async (at) => {
    const [old, lately] = await begun(at, ['succeeded'], ['failed']);
    await at.put({ state: 'rejected' });
    await at.sql.query(`update proposal set decided_at = now()`);
    await at.sql.query(`update proposal set decided_at = now() - interval '8 days' where id = $1`, [old]);
    const decided = await at.store.proposal(lately ?? '');
    const { runs } = await at.store.actionRecord(TOOL, 'checkout', null);
    expect(runs).toEqual([{ at: decided?.decidedAt, rule: decided?.policyRule }]);
    expect((await at.store.actionRecord(TOOL, 'checkout', lately ?? '')).runs).toEqual([]);
  }));

it('is held by one at a time who asks for a budget', () =>
  undoneAfter(db, async ({ store, sql }) => {
    expect(await advisoryLocks(sql)).toEqual([]);
    await store.lockBudgets();
    expect(await advisoryLocks(sql)).toEqual(['ExclusiveLock']);
  }));
