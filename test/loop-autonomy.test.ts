import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/adapters/postgres/sql.ts';
import type { Evidence } from '../src/incident/evidence.ts';
import type { Policy, PolicyRule } from '../src/incident/policy.ts';
import { testDatabase } from './support/database.ts';
import { emptyDatabase } from './support/empty-database.ts';
import { APPROVER, ONCALL, stage, type Stage } from './support/loop.ts';
import { aPolicy } from './support/policy.ts';

let db: Database;
beforeAll(async () => {
  db = await testDatabase();
});
afterEach(() => emptyDatabase(db));
afterAll(() => db.close());

const RUNBOOK: Evidence = {
  title: 'Stuck workers',
  quote: 'Restart it.',
  link: null,
  why: 'names the alert',
  score: 0.9,
  about: {
    kind: 'runbook',
    path: 'stuck.md',
    heading: 'Fix',
    actions: [{ tool: 'kubernetes.restart', service: 'pricing' }],
  },
};

const AUTO: Partial<PolicyRule> = {
  name: 'restarts by itself',
  when: { tools: ['kubernetes.restart'], services: ['pricing'], budget: { runs: 1, hours: 24 } },
  then: 'auto',
};

/** A stage where a runbook recommends to restart pricing. No rollout is known, so that nothing else is proposed. */
async function restartable(policy: Policy): Promise<Stage> {
  return stage(db, {
    policy,
    sources: { runbooks: { search: async () => [RUNBOOK] }, rollouts: { rollouts: async () => [] } },
  });
}

const unearned = (rules: Partial<PolicyRule>[], over: Partial<Policy> = {}) =>
  aPolicy(rules, { earnedAt: 0, ...over });

async function restartOf(s: Stage, incident = 1) {
  const { proposals } = await s.view(incident);
  const found = proposals.find((one) => one.action.tool === 'kubernetes.restart');
  if (!found) throw new Error('no restart is proposed');
  return found;
}

const begin = async (s: Stage) => {
  await s.fire();
  await s.turn();
};

describe('an action that may run by itself', () => {
  it('runs, in the name of the policy, once', async () => {
    const s = await restartable(unearned([AUTO]));
    await begin(s);
    expect(s.cluster.writes).toHaveLength(1);
    expect(await restartOf(s)).toMatchObject({ autonomy: 'auto', decidedBy: 'policy' });
  });

  it('waits for people while its record is too short', async () => {
    const s = await restartable(aPolicy([AUTO]));
    await begin(s);
    expect(s.cluster.writes).toEqual([]);
    const restart = await restartOf(s);
    expect(restart).toMatchObject({ state: 'proposed', autonomy: 'approve' });
    expect(restart.consent.card.join('\n')).toContain('0 verified successes on end');
  });

  it('waits for people when its budget was spent between proposal and run', async () => {
    const s = await restartable(unearned([AUTO]));
    await s.loop.stop({ person: ONCALL, why: 'for the moment' });
    await begin(s);
    const { id } = await restartOf(s);
    await db.query(
      `insert into proposal select (jsonb_populate_record(p, jsonb_build_object(
          'id', gen_random_uuid(), 'state', 'succeeded', 'decided_by', 'policy', 'decided_at', now()))).*
         from proposal p where id = $1`,
      [id],
    );
    await s.loop.resume({ person: APPROVER });
    await s.loop.run({ kind: 'proposal', id });
    expect(s.cluster.writes).toEqual([]);
    expect((await restartOf(s)).state).toBe('proposed');
  });

  it('does not run while all actions are stopped', async () => {
    const s = await restartable(unearned([AUTO]));
    await s.loop.stop({ person: ONCALL, why: 'too risky' });
    await begin(s);
    expect((await restartOf(s)).state).toBe('proposed');
    expect(s.cluster.writes).toEqual([]);
  });

  it('is proposed to be undone when somebody stops everything and asks for that', async () => {
    const s = await restartable(unearned([AUTO, { name: 'people decide' }]));
    await begin(s);
    const { id } = await restartOf(s);
    const action = {
      tool: 'kubernetes.scale',
      arguments: { namespace: 'shop', deployment: 'pricing', replicas: 3 },
    };
    await db.query(`update proposal set inverse = $2 where id = $1`, [id, JSON.stringify(action)]);
    await s.loop.stop({ person: ONCALL, why: 'too risky', undoLastS: 900 });
    await s.turn();
    const undo = (await s.view()).proposals.find((one) => one.undoes === id);
    expect(undo).toMatchObject({ state: 'proposed', requestedBy: ONCALL });
    expect(s.cluster.writes).toHaveLength(1);
  });

  it('is refused where only the database says that it may', async () => {
    const s = await restartable(aPolicy([{ name: 'people decide' }]));
    await begin(s);
    const { id } = await restartOf(s);
    await db.query(
      `update proposal set policy_effect = 'auto', state = 'approved', decided_by = 'policy' where id = $1`,
      [id],
    );
    await s.loop.run({ kind: 'execute', id });
    expect(s.cluster.writes).toEqual([]);
    expect((await restartOf(s)).state).toBe('superseded');
  });
});

describe('an approved action', () => {
  const FREEZE = 'freeze';
  const frozen = (from: Date, to: Date) =>
    aPolicy(
      [{ name: 'nothing in a freeze', when: { during: [FREEZE] }, then: 'off' }, { name: 'people decide' }],
      { windows: [{ name: FREEZE, when: { kind: 'once', from, to } }] },
    );
  const approve = async (s: Stage) => {
    const { id, digest } = await restartOf(s);
    return s.loop.approve({ proposalId: id, digest, person: APPROVER });
  };
  const soon = (ms: number) => new Date(Date.now() + ms);

  it('is refused when a freeze has begun since it was approved', async () => {
    const policy = frozen(soon(-60_000), soon(600_000));
    const [window] = policy.windows;
    if (window?.when.kind !== 'once') throw new Error('the window is one of once');
    const begins = window.when.from;
    window.when.from = soon(300_000);
    const s = await restartable(policy);
    await begin(s);
    expect(await approve(s)).toMatchObject({ ok: true });
    window.when.from = begins;
    await s.turn();
    expect(s.cluster.writes).toEqual([]);
    expect((await s.view()).journal).toContainEqual(
      expect.objectContaining({
        kind: 'action.refused',
        why: expect.stringContaining('nothing in a freeze'),
      }),
    );
  });

  it('is refused when the policy has changed since it was proposed', async () => {
    const before = await restartable(aPolicy([{ name: 'people decide' }]));
    await begin(before);
    expect(await approve(before)).toMatchObject({ ok: true });
    const after = await restartable(aPolicy([{ name: 'others decide' }], { version: 'p2' }));
    await after.loop.run({ kind: 'execute', id: (await restartOf(before)).id });
    expect([before, after].flatMap((one) => one.cluster.writes)).toEqual([]);
    expect((await restartOf(before)).state).toBe('superseded');
  });

  it('that is only suggested cannot be approved', async () => {
    const s = await restartable(aPolicy([{ name: 'by hand', then: 'suggest' }]));
    await begin(s);
    expect(await approve(s)).toMatchObject({ ok: false, text: expect.stringContaining('by hand') });
  });
});
