import { describe, expect, it, vi } from 'vitest';
import { approveByConsent, whyNotByConsent } from '../../src/decide/consented-undo.ts';
import { consentDigest, type Proposal } from '../../src/incident/proposal.ts';
import { aProposal, proposalId } from '../support/incident-view.ts';
import { fakeDecideStore } from '../support/fake-decide-store.ts';
import { aPolicy } from '../support/policy.ts';

const POLICY = aPolicy([{ name: 'people approve' }]);

/** A proposal whose digest fits what it consents to. */
function sealed(over: Partial<Proposal>, consent: Partial<Proposal['consent']> = {}): Proposal {
  const proposal = aProposal(over);
  const consented = { ...proposal.consent, ...consent };
  return { ...proposal, consent: consented, digest: consentDigest(consented) };
}

const undo = aProposal({ id: proposalId(2), undoes: proposalId(1), title: 'Undo it' });
const failed = sealed({ state: 'failed' }, { undoIfFailed: undo.action });

describe('the undo that was approved with its action', () => {
  it('is approved in the name of that consent, once', async () => {
    const { store, entries, steps, stateOf } = fakeDecideStore([failed, undo]);
    const consume = vi.spyOn(store, 'consume');
    expect(await approveByConsent(store, undo.id, POLICY)).toBeNull();
    expect(consume.mock.calls).toEqual([[undo.id, undo.digest, 'consent']]);
    expect(stateOf(undo.id)).toBe('approved');
    expect(entries).toEqual([
      expect.objectContaining({
        kind: 'proposal.moved',
        incidentId: 12,
        actor: 'policy',
        proposal: undo.id,
        title: 'Undo it',
        from: 'proposed',
        to: 'approved',
        why: 'it was approved together with the action that did not help',
      }),
    ]);
    expect(steps).toEqual([{ kind: 'proposal', id: undo.id }]);
    expect(await approveByConsent(store, undo.id, POLICY)).toBe('somebody has decided about it');
  });

  it.each<[string, Proposal[], Parameters<typeof fakeDecideStore>[1]]>([
    ['somebody has decided about it', [failed], {}],
    ['all actions are stopped (fire)', [failed, undo], { stopped: async () => ({ by: 'U1', why: 'fire' }) }],
    ['what it undoes has not failed', [{ ...failed, state: 'succeeded' }, undo], {}],
    ['its target was undone within the last 60 minutes', [failed, undo], { undoneLately: async () => true }],
    ['it has expired', [failed, undo], { consume: async () => false }],
  ])('is left to people: %s', async (why, proposals, over) => {
    const { store, entries, steps } = fakeDecideStore(proposals, over);
    expect(await approveByConsent(store, undo.id, POLICY)).toBe(why);
    expect([entries, steps]).toEqual([[], []]);
  });

  it('asks about its own target and the minutes of the policy', async () => {
    const { store } = fakeDecideStore([failed, undo]);
    const undoneLately = vi.spyOn(store, 'undoneLately');
    await approveByConsent(store, undo.id, POLICY);
    expect(undoneLately.mock.calls).toEqual([['deployment shop/checkout', 60]]);
  });
});

describe('the consent to an action', () => {
  const why = (proposals: Proposal[], undoing: Proposal = undo, policy = POLICY) =>
    whyNotByConsent(fakeDecideStore(proposals).store, undoing, policy);

  it('covers the undo that stands in it', async () => {
    expect(await why([failed])).toBeNull();
  });

  it.each<[string, Promise<string | null>]>([
    ['what it undoes has not failed', why([failed], { ...undo, undoes: null })],
    ['what it undoes has not failed', why([])],
    ['what it undoes has not failed', why([{ ...failed, state: 'inconclusive' }])],
    ['the bytes of what it undoes are not the ones that were approved', why([{ ...failed, digest: 'ab' }])],
    ['it is not the undo that was approved', why([sealed({ state: 'failed' }, { undoIfFailed: null })])],
    ['it is not the undo that was approved', why([sealed({ state: 'failed' })])],
    [
      'it is not the undo that was approved',
      why([failed], { ...undo, action: { tool: 'kubernetes.restart', arguments: {} } as never }),
    ],
    [
      'the policy has changed since it was approved',
      why([failed], undo, aPolicy([{ name: 'people approve' }], { version: 'p2' })),
    ],
    ['policy “never” says no now', why([failed], undo, aPolicy([{ name: 'never', then: 'off' }]))],
    ['its bytes are not the ones that were proposed', why([failed], { ...undo, digest: 'ab' })],
  ])('does not cover it otherwise: %s', async (because, told) => {
    expect(await told).toBe(because);
  });
});
