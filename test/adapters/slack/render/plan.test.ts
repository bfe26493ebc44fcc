import { describe, expect, it } from 'vitest';
import { advice } from '../../../../src/adapters/slack/render/advice.ts';
import { cardFile } from '../../../../src/adapters/slack/render/card-file.ts';
import { pendingCards } from '../../../../src/adapters/slack/render/cards.ts';
import { awaitingLine } from '../../../../src/adapters/slack/render/listing.ts';
import { askedBySlot, renderSlot } from '../../../../src/adapters/slack/render/slots.ts';
import { renderSummary } from '../../../../src/adapters/slack/render/summary.ts';
import { renderWhy } from '../../../../src/adapters/slack/render/why.ts';
import type { Proposal, ProposalState } from '../../../../src/incident/proposal.ts';
import { questionOf } from '../../../../src/incident/question.ts';
import { buttonsIn, everyObject, problemsOf, readable } from '../../../support/blocks.ts';
import { TOKENS } from '../../../support/button-tokens.ts';
import { aJournal, anIncident, aPlan, aProposal, aView, proposalId } from '../../../support/incident-view.ts';

const SERVICES = ['pricing', 'checkout', 'storefront'];
const TITLE = 'Plan of 3 steps: Roll back pricing to revision 4; Roll back checkout to revision 4';

function inStates(...states: ProposalState[]) {
  const decided = (state: ProposalState) =>
    state === 'proposed' ? {} : { decidedBy: 'U0APPROVER', decidedAt: new Date('2026-03-02T12:01:00Z') };
  return aPlan(
    SERVICES,
    states.map((state) => ({ state, ...decided(state) })),
  );
}

function shown(proposals: Proposal[], slot: 'proposal' | 'outcome', journal = aJournal()) {
  const view = aView({ proposals, journal });
  const rendered = renderSlot(view, `${slot}:${proposalId(1)}`, true, TOKENS);
  if (rendered) expect(problemsOf(rendered)).toEqual([]);
  return rendered && { ...rendered, text: readable(rendered.blocks), buttons: buttonsIn(rendered.blocks) };
}

describe('the card of a plan', () => {
  it('shows the lines of all steps whole and in their order, and asks once', () => {
    const steps = inStates('proposed', 'proposed', 'proposed');
    const card = shown(steps, 'proposal');
    const preformatted = everyObject(card?.blocks).filter((one) => one['type'] === 'rich_text_preformatted');
    expect(preformatted).toEqual([
      expect.objectContaining({ elements: [{ type: 'text', text: questionOf(steps).card.join('\n') }] }),
    ]);
    expect(card?.text).toContain(TITLE);
    expect(card?.text).toContain('Approve all 3 steps');
    expect(Object.keys(card?.buttons ?? {})).toEqual([`approve:${proposalId(1)}`, `reject:${proposalId(1)}`]);
  });

  it('is the only card: the other steps have none', () => {
    const steps = inStates('proposed', 'proposed', 'proposed');
    const view = aView({ proposals: steps });
    expect(pendingCards(view)).toEqual([steps[0]]);
    expect(renderSlot(view, `proposal:${proposalId(2)}`, true, TOKENS)).toBeNull();
    expect(askedBySlot(view, `proposal:${proposalId(2)}`)).toBeNull();
    expect(askedBySlot(view, `proposal:${proposalId(1)}`)?.digest).toBe(questionOf(steps).digest);
  });

  it('is a file where it is too long for a message, with the digest that approves it', () => {
    const steps = aPlan(Array.from({ length: 8 }, (_, place) => `service-${place}`));
    const view = aView({ proposals: steps });
    const rendered = renderSlot(view, `proposal:${proposalId(1)}`, true, TOKENS);
    expect(problemsOf(rendered ?? { text: '', blocks: [] })).toEqual([]);
    expect(readable(rendered?.blocks)).toContain('This plan is too long for a message.');
    const question = questionOf(steps);
    const file = cardFile(question);
    expect(file?.content).toContain(steps[7]?.consent.card.join('\n'));
    expect(file?.content).toContain(`Digest: ${question.digest}`);
  });

  it('says how far each step is', () => {
    const steps = inStates('succeeded', 'verifying', 'approved');
    const [, second] = steps;
    const about = { proposal: second?.id ?? '', title: '' };
    const card = shown(steps, 'proposal', aJournal({ kind: 'action.claimed', ...about, digest: '' }));
    expect(card?.text).toMatch(/Step 1 of 3: .*Step 2 of 3: watching for up to 120 s whether it settles/s);
    expect(card?.text).toContain('Step 3 of 3: waiting for step 2');
    expect(card?.buttons).toEqual({});
  });
});

describe('the outcome of a plan', () => {
  it.each([
    [['succeeded', 'verifying', 'approved'], null],
    [['succeeded', 'succeeded', 'succeeded'], 'All 3 steps are done, and it helped.'],
    [
      ['succeeded', 'superseded', 'superseded'],
      'The plan stopped before step 2 of 3, which was not carried out.',
    ],
    [['succeeded', 'failed', 'superseded'], 'The plan stopped at step 2 of 3, whose check ended as failed.'],
    [['succeeded', 'unknown', 'superseded'], 'nobody knows whether it took effect, a person must look.'],
    [['succeeded', 'succeeded', 'failed'], 'All steps were carried out, and it did not help.'],
    [['succeeded', 'succeeded', 'inconclusive'], 'All steps were carried out; it is not clear'],
    [['reverted', 'reverted', 'reverted'], 'The plan was undone.'],
  ] as [ProposalState[], string | null][])('%j: %s', (states, sentence) => {
    const outcome = shown(inStates(...states), 'outcome');
    if (sentence === null) expect(outcome).toBeNull();
    else expect(outcome?.text).toContain(sentence);
  });

  it('offers to undo what was done, until that is proposed', () => {
    const scale = {
      tool: 'kubernetes.scale' as const,
      arguments: { namespace: 'shop', deployment: 'pricing', replicas: 1 },
    };
    const steps = inStates('succeeded', 'succeeded', 'succeeded').map((step, place) =>
      place === 1 ? { ...step, inverse: scale } : step,
    );
    expect(Object.keys(shown(steps, 'outcome')?.buttons ?? {})).toEqual([`undo:${proposalId(1)}`]);
    const undo = { ...steps[2], id: proposalId(9), undoes: proposalId(3), state: 'proposed' } as Proposal;
    expect(shown([...steps, undo], 'outcome')?.buttons).toEqual({});
    expect(shown(inStates('superseded', 'superseded', 'superseded'), 'outcome')?.buttons).toEqual({});
    const rolledBack = inStates('succeeded', 'succeeded', 'succeeded');
    expect(shown(rolledBack, 'outcome')?.buttons).toEqual({});
  });
});

describe('what a step has opened', () => {
  const url = 'https://github.example/acme/shop/pull/5';
  const opened = (steps: readonly Proposal[], readBack = `pull request #5 is open: ${url}`) => {
    const about = { proposal: steps[1]?.id ?? '', title: '' };
    return aJournal(
      { kind: 'action.confirmed', ...about, readBack },
      { kind: 'verification.ended', ...about, outcome: 'succeeded', why: 'it was read back' },
    );
  };
  /** Three steps that stand so, of which the second opens a pull request. */
  const opening = (...states: ProposalState[]) =>
    inStates(...states).map((step, place) =>
      place === 1
        ? {
            ...step,
            action: {
              tool: 'github.open_revert_pull_request' as const,
              arguments: { repo: 'acme/shop', sha: 'a'.repeat(40) },
            },
          }
        : step,
    );
  const linksIn = (blocks: unknown) =>
    everyObject(blocks).flatMap((one) => (one['type'] === 'link' ? [one['url']] : []));

  it('is told with its number and its link in the outcome of the plan', () => {
    const steps = opening('succeeded', 'succeeded', 'succeeded');
    const outcome = shown(steps, 'outcome', opened(steps));
    expect(outcome?.text).toMatch(/Step 2 of 3: .*it was read back; pull request #5 is open/);
    expect(linksIn(outcome?.blocks)).toEqual([url]);
  });

  it('is not told as open where it was undone', () => {
    const steps = opening('succeeded', 'reverted', 'succeeded');
    expect(linksIn(shown(steps, 'outcome', opened(steps))?.blocks)).toEqual([]);
  });

  it('has no link that nobody should follow', () => {
    const steps = opening('succeeded', 'succeeded', 'succeeded');
    const outcome = shown(steps, 'outcome', opened(steps, 'issue #5 is open: https://user:pw@evil.example/'));
    expect(linksIn(outcome?.blocks)).toEqual([]);
  });

  it('has no link in what another server answered', () => {
    const steps = inStates('succeeded', 'succeeded', 'succeeded');
    const outcome = shown(steps, 'outcome', opened(steps, `the read-back holds: ${url}`));
    expect(linksIn(outcome?.blocks)).toEqual([]);
  });

  it('is told likewise where the action stands alone', () => {
    const proposal = aProposal({
      state: 'succeeded',
      action: { tool: 'github.open_issue', arguments: { repo: 'acme/shop', title: 'Coupons', body: '' } },
    });
    const outcome = shown([proposal], 'outcome', opened([proposal, proposal], `issue #5 is open: ${url}`));
    expect(outcome?.text).toContain('confirmed by reading back: issue #5 is open');
    expect(linksIn(outcome?.blocks)).toEqual([url]);
  });
});

describe('a plan among other things', () => {
  it('is one thing to decide about, by its name', () => {
    const steps = inStates('proposed', 'proposed', 'proposed');
    const view = aView({ proposals: steps });
    expect(advice(view)).toContain(`“${TITLE}`);
    const line = awaitingLine({ proposal: steps[0], steps, incident: anIncident() });
    expect(readable(line)).toContain(TITLE);
    // Once in the advice, once as a proposal.
    expect(readable(renderWhy(view).blocks).split('Plan of 3 steps')).toHaveLength(3);
  });

  it('is one decision, with what came of it', () => {
    const view = aView({ proposals: inStates('succeeded', 'failed', 'superseded') });
    const summary = readable(renderSummary(view).blocks);
    expect(summary).toContain('stopped at step 2, failed');
    expect(summary).not.toContain('Step 2 of 3: Roll back checkout to revision 4: approved');
  });

  it('has helped as a whole', () => {
    const view = aView({
      incident: anIncident({ state: 'resolved' }),
      proposals: inStates('succeeded', 'succeeded', 'succeeded'),
    });
    expect(advice(view)).toContain('“Plan of 3 steps');
    expect(advice(aView({ ...view, proposals: inStates('succeeded', 'failed', 'superseded') }))).toContain(
      'It is over. Read',
    );
  });
});
