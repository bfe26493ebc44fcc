import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/decide/policy.ts';
import type { Action } from '../../src/incident/action.ts';
import type { Policy } from '../../src/incident/policy.ts';
import { offer, type Offer } from '../../src/loop/offer.ts';
import type { Draft } from '../../src/propose/draft.ts';
import { SHOP, T0 } from '../support/examples.ts';
import { fakeCluster } from '../support/fake-cluster.ts';
import { aPolicy } from '../support/policy.ts';
import { PEOPLE } from '../support/loop.ts';
import { worldOf } from '../support/world.ts';

const AT = { namespace: 'shop', deployment: 'pricing' };
const RECORD = {
  streak: 3,
  failures: { inARow: 1, lastAt: T0 },
  runs: [{ at: T0, rule: 'few' }],
};

function offered(action: Action, policy: Policy, over: Partial<Draft> = {}, streak = 3): Promise<Offer> {
  const draft = { action, service: 'pricing', score: 1, reasonsFor: [], reasonsAgainst: [], ...over };
  const context = {
    incidentId: 1,
    alerting: ['pricing'],
    firing: [],
    rank: 1,
    requestedBy: 'sitrep',
    undoes: null,
    record: { ...RECORD, streak },
    now: T0,
  };
  const rules = { catalogue: SHOP, policy, people: PEOPLE, approvalS: 60, verifyS: 60, holdS: 0 };
  const cluster = fakeCluster(['shop/pricing:good', 'shop/pricing:bad']);
  return offer(draft, { word: 'low', record: 'none' }, context, rules, worldOf({ cluster }));
}

describe('what the policy forbids', () => {
  it('is withheld with all that an outsider needs to ask the policy again', async () => {
    // Its one run a day was had, which only the record tells.
    const policy = aPolicy([
      { name: 'few', when: { budget: { runs: 1, hours: 24 } }, then: 'approve' },
      { name: 'no more', then: 'off' },
    ]);
    const denied = await offered({ tool: 'kubernetes.restart', arguments: AT }, policy);
    if (denied.kind !== 'withheld' || !denied.policy) throw new Error('the policy did not answer');
    const { asked, at, record, rule, autonomy, version } = JSON.parse(
      JSON.stringify(denied.policy),
    ) as typeof denied.policy;
    expect({ rule, autonomy, at }).toEqual({ rule: 'no more', autonomy: 'off', at: T0.toISOString() });
    const again = evaluate(policy, {
      ...asked,
      at: new Date(at),
      record: {
        streak: record.streak,
        failures: record.failures && { ...record.failures, lastAt: new Date(record.failures.lastAt) },
        runs: record.runs.map((run) => ({ ...run, at: new Date(run.at) })),
      },
    });
    expect(again).toMatchObject({ rule, autonomy });
    expect(record).toEqual(JSON.parse(JSON.stringify(RECORD)));
    expect(version).toMatch(/\S/);
  });

  it('is told from what does not apply, which the policy was not asked about', async () => {
    const missing: Action = { tool: 'kubernetes.restart', arguments: { ...AT, deployment: 'gone' } };
    const denied = await offered(missing, aPolicy([{ name: 'never', then: 'off' }]));
    expect(denied).toMatchObject({ kind: 'withheld', why: expect.stringContaining('gone') });
    expect(denied).not.toHaveProperty('policy');
  });
});

it('waits for people where a draft says so, though the policy would let it run by itself', async () => {
  const scale: Action = { tool: 'kubernetes.scale', arguments: { ...AT, replicas: 3 } };
  const made = (over: Partial<Draft>) => offered(scale, aPolicy([{ then: 'auto' }]), over, 30);
  expect(await made({})).toMatchObject({ proposal: { autonomy: 'auto' } });
  const why = 'only a runbook says so';
  const asked = await made({ asksPeople: why });
  expect(asked).toMatchObject({ proposal: { autonomy: 'approve', consent: { approvalsNeeded: 1 } } });
  if (asked.kind !== 'proposal') throw new Error(asked.why);
  expect(asked.proposal.consent.card.join('\n')).toContain(why);
  expect(asked.proposal.policy.autonomy).toBe('auto');
});

describe('the card says what stopping means once it is sent', () => {
  const card = async (action: Action) => {
    const made = await offered(action, aPolicy([{ name: 'people' }]));
    if (made.kind !== 'proposal') throw new Error(made.why);
    return made.proposal.consent.card.find((line) => line.startsWith('Undo: '));
  };

  it('of an action that ends by itself', async () => {
    expect(await card({ tool: 'kubernetes.restart', arguments: AT })).toBe(
      'Undo: none; once sent it cannot be taken back',
    );
  });

  it('of an action that is undone', async () => {
    expect(await card({ tool: 'kubernetes.scale', arguments: { ...AT, replicas: 3 } })).toMatch(
      /^Undo: kubernetes\.scale \{/,
    );
  });
});
