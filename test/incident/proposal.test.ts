import { expect, it } from 'vitest';
import { digestOf } from '../../src/incident/canonical.ts';
import {
  awaitsReview,
  consentDigest,
  isPending,
  isRunning,
  mayBecome,
  type ProposalState,
} from '../../src/incident/proposal.ts';
import { aProposal } from '../support/incident-view.ts';

const AFTER: Record<ProposalState, ProposalState[]> = {
  proposed: ['approved', 'rejected', 'expired', 'superseded'],
  approved: ['claimed', 'expired', 'superseded'],
  rejected: [],
  expired: [],
  superseded: [],
  claimed: ['sent', 'superseded'],
  sent: ['confirmed', 'unknown', 'superseded'],
  confirmed: ['verifying', 'reverted'],
  unknown: ['confirmed', 'failed', 'superseded'],
  verifying: ['succeeded', 'failed', 'inconclusive', 'reverted'],
  succeeded: ['reverted'],
  failed: ['reverted'],
  inconclusive: ['reverted'],
  reverted: [],
};
const STATES = Object.keys(AFTER) as ProposalState[];

it.each(STATES)('a proposal that is %s goes nowhere but where it may', (from) => {
  expect(STATES.filter((to) => mayBecome(from, to)).toSorted()).toEqual(AFTER[from].toSorted());
});

it('is pending until somebody decides, and runs from the approval to its outcome', () => {
  expect(STATES.filter(isPending)).toEqual(['proposed']);
  expect(STATES.filter(isRunning)).toEqual(['approved', 'claimed', 'sent', 'confirmed', 'verifying']);
});

it('waits for people elsewhere where it is delivered for review, unless it undoes something', () => {
  const { consent } = aProposal();
  const review = { ...consent, asked: { ...consent.asked, delivers: 'review' as const } };
  expect(awaitsReview({ consent: review, undoes: null })).toBe(true);
  expect(awaitsReview({ consent: review, undoes: 'p1' })).toBe(false);
  expect(awaitsReview({ consent, undoes: null })).toBe(false);
  expect(awaitsReview({ consent: { ...consent, asked: undefined as never }, undoes: null })).toBe(false);
});

it('is consented to by the digest of its canonical JSON', () => {
  const { consent } = aProposal();
  expect(consentDigest(consent)).toBe(digestOf(consent));
});
