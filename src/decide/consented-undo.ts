import { aboutProposal } from '../incident/about-proposal.ts';
import { canonicalJson } from '../incident/canonical.ts';
import type { Policy } from '../incident/policy.ts';
import { consentDigest, type Proposal } from '../incident/proposal.ts';
import { whyNotByPolicy } from './by-policy.ts';
import type { DecideStore } from './decide.ts';

/** Who decided an undo that was approved together with what it undoes. */
export const BY_CONSENT = 'consent';

export interface ConsentedUndoStore extends Pick<
  DecideStore,
  'actionRecord' | 'consume' | 'enqueue' | 'lockProposal' | 'now' | 'record' | 'stopped'
> {
  proposal(id: string): Promise<Proposal | null>;
  /** Whether an action on this target was undone within so many minutes. */
  undoneLately(identity: string, minutes: number): Promise<boolean>;
}

/**
 * Approves the undo of an action that did not help, where those who approved the action have consented to exactly
 * that. Resolves to why it is left to people; null where it was approved.
 */
export async function approveByConsent(
  store: ConsentedUndoStore,
  undoId: string,
  policy: Policy,
): Promise<string | null> {
  const undo = await store.lockProposal(undoId);
  if (undo?.state !== 'proposed') return 'somebody has decided about it';
  const stopped = await store.stopped();
  if (stopped) return `all actions are stopped (${stopped.why})`;
  const why = await whyNotByConsent(store, undo, policy);
  if (why !== null) return why;
  if (await store.undoneLately(undo.consent.target.identity, policy.limits.flapMinutes))
    return `its target was undone within the last ${policy.limits.flapMinutes} minutes`;
  if (!(await store.consume(undo.id, undo.digest, BY_CONSENT))) return 'it has expired';
  await store.record({
    kind: 'proposal.moved',
    ...aboutProposal(undo),
    actor: 'policy',
    from: 'proposed',
    to: 'approved',
    why: 'it was approved together with the action that did not help',
  });
  await store.enqueue({ kind: 'proposal', id: undo.id });
  return null;
}

/** Why the consent to an action that did not help does not cover this undo of it now; null where it does. */
export async function whyNotByConsent(
  store: Pick<ConsentedUndoStore, 'actionRecord' | 'now' | 'proposal'>,
  undo: Proposal,
  policy: Policy,
): Promise<string | null> {
  const failed = undo.undoes === null ? null : await store.proposal(undo.undoes);
  if (failed?.state !== 'failed') return 'what it undoes has not failed';
  const { consent, digest } = failed;
  if (consentDigest(consent) !== digest)
    return 'the bytes of what it undoes are not the ones that were approved';
  if (!consent.undoIfFailed || canonicalJson(consent.undoIfFailed) !== canonicalJson(undo.action))
    return 'it is not the undo that was approved';
  if (consent.policyVersion !== policy.version) return 'the policy has changed since it was approved';
  return whyNotByPolicy(store, undo, policy, 'people');
}
