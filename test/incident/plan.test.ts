import { describe, expect, it } from 'vitest';
import { cardText } from '../../src/incident/literal.ts';
import { planCard, planDigest, planTitle, standingOf, whyNotWhole } from '../../src/incident/plan.ts';
import type { ProposalState } from '../../src/incident/proposal.ts';
import { questionOf, successes } from '../../src/incident/question.ts';
import { aPlan, aProposal } from '../support/incident-view.ts';

const SERVICES = ['pricing', 'checkout', 'storefront'];

describe('the card and the digest of a plan', () => {
  it('tell every order of the same steps apart', () => {
    const [a, b, c] = aPlan(SERVICES);
    const orders = [
      [a, b, c],
      [a, c, b],
      [b, a, c],
      [b, c, a],
      [c, a, b],
      [c, b, a],
      [a, b],
      [a, b, c, c],
    ].map((order) => order.flatMap((step) => step ?? []));
    expect(new Set(orders.map(planDigest)).size).toBe(orders.length);
    expect(new Set(orders.map((order) => cardText(planCard(order)))).size).toBe(orders.length);
  });

  it('tell apart where one step ends and the next begins, whatever their lines say', () => {
    const [a, b] = aPlan(['pricing', 'checkout']);
    if (!b) throw new Error('no second step');
    const joined = [...a.consent.card, ...b.consent.card];
    const split = (at: number) =>
      planCard([
        { ...a, consent: { ...a.consent, card: joined.slice(0, at) } },
        { ...b, consent: { ...b.consent, card: joined.slice(at) } },
      ]);
    const shown = joined.map((_, at) => cardText(split(at)));
    expect(new Set(shown).size).toBe(joined.length);
  });

  it('are not those of a single action, so that an approval of one is none of the other', () => {
    const [alone] = aPlan(['pricing', 'checkout']);
    expect(planDigest([alone])).not.toBe(alone.digest);
    expect(questionOf([aProposal()]).digest).toBe(aProposal().digest);
  });
});

describe('the steps of a plan', () => {
  const [a, b, c] = aPlan(SERVICES) as [
    ReturnType<typeof aProposal>,
    ReturnType<typeof aProposal>,
    ReturnType<typeof aProposal>,
  ];

  it.each([
    ['all of them in their order', [a, b, c], true],
    ['without the last', [a, b], false],
    ['without the first', [b, c], false],
    ['in another order', [a, c, b], false],
    ['one of them twice', [a, b, b], false],
    [
      'one of another plan',
      [a, b, { ...c, consent: { ...c.consent, plan: { id: b.id, step: 3, of: 3 } } }],
      false,
    ],
    ['one that is no step', [a, b, { ...aProposal(), id: c.id }], false],
    ['two on one target', [a, b, { ...c, consent: { ...c.consent, target: a.consent.target } }], false],
    ['none', [], false],
  ])('are %s', (_, steps, whole) => {
    expect(whyNotWhole(steps) === null).toBe(whole);
  });

  it('give the plan its name, without saying each time which step of how many', () => {
    expect(planTitle([a, b])).toBe(
      'Plan of 2 steps: Roll back pricing to revision 4; Roll back checkout to revision 4',
    );
  });
});

describe('how a plan stands', () => {
  const inStates = (...states: ProposalState[]) =>
    aPlan(
      SERVICES,
      states.map((state) => ({ state, decidedBy: state === 'proposed' ? null : 'U0APPROVER' })),
    );

  it.each([
    [['proposed', 'proposed', 'proposed'], 'proposed', undefined],
    [['rejected', 'rejected', 'rejected'], 'rejected', undefined],
    [['expired', 'expired', 'expired'], 'expired', undefined],
    [['approved', 'approved', 'approved'], 'under way', 1],
    [['succeeded', 'verifying', 'approved'], 'under way', 2],
    [['succeeded', 'approved', 'approved'], 'under way', 2],
    [['succeeded', 'failed', 'superseded'], 'stopped', 2],
    [['succeeded', 'unknown', 'superseded'], 'stopped', 2],
    [['succeeded', 'superseded', 'superseded'], 'stopped', 2],
    [['superseded', 'superseded', 'superseded'], 'stopped', 1],
    [['succeeded', 'succeeded', 'inconclusive'], 'stopped', 3],
    [['succeeded', 'succeeded', 'succeeded'], 'helped', undefined],
    [['reverted', 'reverted', 'reverted'], 'undone', undefined],
    [['reverted', 'reverted', 'superseded'], 'undone', undefined],
  ] as [ProposalState[], string, number | undefined][])('%j: %s', (states, kind, at) => {
    const standing = standingOf(inStates(...states));
    expect(standing.kind).toBe(kind);
    expect('at' in standing ? standing.at.consent.plan?.step : undefined).toBe(at);
  });

  it('is withdrawn where nobody had approved it', () => {
    const steps = aPlan(
      SERVICES,
      SERVICES.map(() => ({ state: 'superseded' })),
    );
    expect(standingOf(steps)).toEqual({ kind: 'withdrawn' });
  });

  it('has helped only with its last step', () => {
    expect(successes(inStates('succeeded', 'verifying', 'approved'))).toEqual([]);
    expect(successes(inStates('succeeded', 'succeeded', 'succeeded')).map(({ title }) => title)).toEqual([
      expect.stringContaining('Plan of 3 steps'),
    ]);
  });
});
