import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/incident/canonical.ts';
import {
  isEarlierStep,
  planCard,
  planDigest,
  planTitle,
  standingOf,
  stepPrefix,
  targetTwice,
  whyNotWhole,
} from '../../src/incident/plan.ts';
import type { Proposal, ProposalState } from '../../src/incident/proposal.ts';
import { isLead, questionAmong, questionOf, successes } from '../../src/incident/question.ts';
import { aProposal, proposalId } from '../support/incident-view.ts';

/** A step that stands at a place of so many, on a target of its own. */
function step(place: number, of = 3, over: Partial<Proposal> = {}): Proposal {
  const proposal = aProposal({
    id: proposalId(place),
    digest: `d${place}`,
    title: `Step ${place} of ${of}: do ${place}`,
  });
  const consent = {
    ...proposal.consent,
    card: Array.from({ length: place }, (_, line) => `${place}.${line}`),
    target: { identity: `t${place}`, observedVersion: '1' },
    plan: { id: proposalId(1), step: place, of },
  };
  return { ...proposal, consent, ...over };
}
const steps = [step(1), step(2), step(3)] as const;
const alone = aProposal();

describe('a plan', () => {
  it('has a digest that is that of nothing else', () => {
    expect(planDigest(steps)).toBe(digestOf({ sitrep: 'plan', version: 1, steps: ['d1', 'd2', 'd3'] }));
  });

  it('has a card with the lines of all its steps', () => {
    expect(planCard(steps)).toEqual([
      'Plan: 3 steps, one after another in this order',
      'It stops at the first step that does not succeed; the undo of what was done is offered then',
      'Lines of the steps: 1, 2, 3',
      '1.0',
      '2.0',
      '2.1',
      '3.0',
      '3.1',
      '3.2',
    ]);
  });

  it('is called by its steps, without what each of them begins with', () => {
    expect(stepPrefix({ id: '', step: 2, of: 3 })).toBe('Step 2 of 3: ');
    expect(planTitle(steps)).toBe('Plan of 3 steps: do 1; do 2; do 3');
    expect(planTitle([step(1, 3, { title: 'Own' }), alone])).toBe(`Plan of 2 steps: Own; ${alone.title}`);
  });

  const notWhole = 'The plan is not whole any more. Ask for a fresh one.';
  it.each<[string, readonly Proposal[], string | null]>([
    ['all of it', steps, null],
    ['all of two', [step(1, 2), step(2, 2)], null],
    ['nothing', [], notWhole],
    ['one step', [step(1, 1)], notWhole],
    ['a step less', steps.slice(0, 2), notWhole],
    ['a step twice', [step(1), step(2), step(2)], notWhole],
    ['another order', [step(2), step(1), step(3)], notWhole],
    ['what stands alone', [step(1, 2), alone], notWhole],
    ['another beginning', [step(1, 3, { id: proposalId(9) }), step(2), step(3)], notWhole],
    [
      'a target twice',
      [step(1), step(2), { ...step(3), consent: { ...step(3).consent, target: step(1).consent.target } }],
      'Two steps of the plan act on t1. Ask for a fresh one.',
    ],
  ])('is whole only with all of it: %s', (_, given, why) => {
    expect(whyNotWhole(given)).toBe(why);
  });

  it('acts on no target twice', () => {
    expect(targetTwice(steps)).toBeNull();
    expect(targetTwice([step(2), step(1), step(2)])).toBe('t2');
  });

  it('knows its earlier steps from its last, and from what stands alone', () => {
    expect([...steps, alone].map(isEarlierStep)).toEqual([true, true, false, false]);
    expect([...steps, alone].map(isLead)).toEqual([true, false, false, true]);
  });
});

describe('how a plan stands', () => {
  const standing = (...states: ProposalState[]) => {
    const found = standingOf(
      states.map((state, i) => step(i + 1, states.length, { state, decidedBy: 'U1' })),
    );
    return 'at' in found ? [found.kind, found.at.consent.plan?.step] : [found.kind];
  };

  it.each<[ProposalState[], (string | number)[]]>([
    [['proposed', 'proposed'], ['proposed']],
    [['rejected', 'rejected'], ['rejected']],
    [['expired', 'expired'], ['expired']],
    [
      ['superseded', 'superseded'],
      ['stopped', 1],
    ],
    [
      ['approved', 'approved'],
      ['under way', 1],
    ],
    [
      ['succeeded', 'sent'],
      ['under way', 2],
    ],
    [['succeeded', 'succeeded'], ['helped']],
    [
      ['succeeded', 'failed'],
      ['stopped', 2],
    ],
    [
      ['inconclusive', 'superseded'],
      ['stopped', 1],
    ],
    [
      ['unknown', 'approved'],
      ['stopped', 1],
    ],
    [['reverted', 'reverted'], ['undone']],
    [['reverted', 'superseded'], ['undone']],
    [['reverted', 'succeeded'], ['helped']],
    [
      ['reverted', 'verifying'],
      ['under way', 2],
    ],
    [
      ['superseded', 'failed'],
      ['stopped', 1],
    ],
  ])('%j: %j', (states, says) => {
    expect(standing(...states)).toEqual(says);
  });

  it('is withdrawn where nobody had decided', () => {
    expect(standingOf([step(1, 2, { state: 'succeeded' }), step(2, 2, { state: 'succeeded' })])).toEqual({
      kind: 'helped',
    });
    expect(standingOf([step(1, 2, { state: 'superseded' }), step(2, 2)])).toEqual({ kind: 'withdrawn' });
  });
});

describe('a question', () => {
  it('is one action, or all steps in their order', () => {
    expect(questionOf([alone])).toEqual({
      lead: alone,
      steps: [alone],
      title: alone.title,
      card: alone.consent.card,
      digest: alone.digest,
    });
    const plan = {
      lead: steps[0],
      steps,
      title: planTitle(steps),
      card: planCard(steps),
      digest: planDigest(steps),
    };
    expect(questionOf([...steps])).toEqual(plan);
    expect(questionAmong([alone, steps[2], steps[0], steps[1]], steps[1])).toEqual(plan);
    expect(questionAmong([alone, ...steps], alone)).toEqual(questionOf([alone]));
  });

  it('has succeeded where every step has, and undoes nothing', () => {
    const done = steps.map((one) => ({ ...one, state: 'succeeded' as const }));
    const other = { ...alone, id: proposalId(9), state: 'succeeded' as const };
    const of = (...given: Proposal[]) => successes(given).map(({ lead }) => lead.id);
    expect(of(...done, other)).toEqual([proposalId(1), proposalId(9)]);
    expect(of(...done.slice(0, 2), { ...steps[2], state: 'failed' }, other)).toEqual([proposalId(9)]);
    expect(of({ ...other, undoes: 'p' }, alone)).toEqual([]);
  });

  it('is the step itself where nothing else of its plan is known', () => {
    expect(questionAmong([], steps[1]).lead).toBe(steps[1]);
  });
});
