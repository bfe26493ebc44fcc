import { expect, it } from 'vitest';
import { isUndoStanding } from '../../src/incident/undo-standing.ts';
import type { ProposalState } from '../../src/incident/proposal.ts';
import { aProposal, minutesAfter, NOON } from '../support/incident-view.ts';

const undo = (state: ProposalState) => aProposal({ state, undoes: 'a', expiresAt: minutesAfter(1) });

it.each<[ProposalState, boolean]>([
  ['proposed', true],
  ['approved', true],
  ['sent', true],
  ['unknown', true],
  ['verifying', true],
  ['succeeded', true],
  ['rejected', false],
  ['expired', false],
  ['superseded', false],
  ['failed', false],
  ['inconclusive', false],
])('an undo that is %s stands: %s', (state, stands) => {
  expect(isUndoStanding([undo(state)], 'a', NOON)).toBe(stands);
});

it('is of this action, and one of several is enough', () => {
  expect(isUndoStanding([undo('approved')], 'b', NOON)).toBe(false);
  expect(isUndoStanding([undo('rejected'), undo('approved')], 'a', NOON)).toBe(true);
  expect(isUndoStanding([], 'a', NOON)).toBe(false);
});

it('stands no longer than its consent where nobody knows what came of it', () => {
  expect(isUndoStanding([undo('unknown')], 'a', minutesAfter(1))).toBe(false);
  expect(isUndoStanding([undo('succeeded')], 'a', minutesAfter(1))).toBe(true);
});
