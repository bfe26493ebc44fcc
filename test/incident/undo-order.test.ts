import { expect, it } from 'vitest';
import type { ProposalState } from '../../src/incident/proposal.ts';
import { offerable, type OrderItem } from '../../src/incident/undo-order.ts';
import { aProposal } from '../support/incident-view.ts';

const { consent } = aProposal();
const item = (
  id: string,
  target: string,
  state: ProposalState,
  over: Partial<OrderItem> = {},
): OrderItem => ({
  undone: aProposal({ id, state, consent: { ...consent, target: { ...consent.target, identity: target } } }),
  action: null,
  isSettled: false,
  withheld: null,
  undo: null,
  ...over,
});
const ids = (items: OrderItem[]) => {
  const { now, isLeft } = offerable(items);
  return [now.map((one) => one.undone.id), isLeft];
};
const offered = (undo: ProposalState | null) => ({ isSettled: true, undo });

it('offers one undo at a time on a target, the newest effect first', () => {
  const older = item('older', 'a', 'succeeded');
  expect(ids([item('newer', 'a', 'verifying'), older, item('other', 'b', 'failed')])).toEqual([
    ['newer', 'other'],
    true,
  ]);
  for (const undo of ['proposed', 'approved', 'sent', 'verifying', 'unknown'] as const)
    expect(ids([item('newer', 'a', 'verifying', offered(undo)), older])).toEqual([[], true]);
  for (const undo of ['succeeded', 'failed', 'inconclusive'] as const)
    expect(ids([item('newer', 'a', 'verifying', offered(undo)), older])).toEqual([['older'], true]);
});

it('goes on with the next where people said no, and leaves what was said no to', () => {
  expect(ids([item('newer', 'a', 'verifying', offered(null)), item('older', 'a', 'failed')])).toEqual([
    ['older'],
    true,
  ]);
  expect(ids([item('newer', 'a', 'verifying', offered(null))])).toEqual([[], false]);
});

it.each(['confirmed', 'verifying', 'succeeded', 'failed', 'inconclusive'] as const)(
  'offers to undo what is %s, and leaves nothing for later once that waits for people',
  (state) => {
    expect(ids([item('newer', 'a', state)])).toEqual([['newer'], true]);
    expect(ids([item('newer', 'a', state, offered('proposed'))])).toEqual([[], false]);
    expect(ids([item('newer', 'a', state, offered('reverted')), item('older', 'a', state)])).toEqual([
      ['older'],
      true,
    ]);
  },
);

it('waits for what has not been read back, and forgets what has not happened', () => {
  for (const state of ['sent', 'unknown'] as const)
    expect(ids([item('newer', 'a', state), item('older', 'a', 'failed')])).toEqual([[], true]);
  for (const state of ['superseded', 'reverted'] as const)
    expect(ids([item('newer', 'a', state)])).toEqual([[], false]);
});

it('offers anew what had an undo that the stop itself has ended', () => {
  expect(ids([item('newer', 'a', 'failed', { isSettled: false, undo: 'approved' })])).toEqual([[], true]);
  expect(ids([item('newer', 'a', 'failed', { isSettled: false, undo: null })])).toEqual([['newer'], true]);
});
