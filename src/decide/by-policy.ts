import { whyCardMisfits } from '../incident/card.ts';
import type { Policy } from '../incident/policy.ts';
import { consentDigest, type Proposal } from '../incident/proposal.ts';
import type { DecideStore } from './decide.ts';
import { evaluate } from './policy.ts';

/**
 * Approves in the name of the policy what the policy lets run by itself, if it still does: the budget may be spent, a
 * window open or a failure come in since it was proposed. Then it waits for people like every other. Single use holds
 * here as well.
 */
export async function autoApprove(store: DecideStore, proposalId: string, policy: Policy): Promise<boolean> {
  await store.lockBudgets();
  const proposal = await store.lockProposal(proposalId);
  if (proposal?.state !== 'proposed' || proposal.autonomy !== 'auto' || (await store.stopped())) return false;
  // A plan always asks people.
  if (proposal.consent.plan) return false;
  if ((await whyNotByPolicy(store, proposal, policy, 'auto')) !== null) return false;
  if (!(await store.consume(proposal.id, proposal.digest, 'policy'))) return false;
  await store.record({
    kind: 'proposal.moved',
    incidentId: proposal.incidentId,
    actor: 'policy',
    proposal: proposal.id,
    title: proposal.title,
    from: 'proposed',
    to: 'approved',
    why: `policy “${proposal.policyRule}” allows it`,
  });
  await store.enqueue({ kind: 'proposal', id: proposal.id });
  return true;
}

/**
 * Why the policy in force forbids exactly these bytes now; null where it does not. What people have approved may go on
 * unless it says no or only suggests by now; what nobody approved must still be allowed to run by itself.
 */
export async function whyNotByPolicy(
  store: Pick<DecideStore, 'actionRecord' | 'now'>,
  { id, consent, digest, policyRule }: Proposal,
  policy: Policy,
  by: 'people' | 'auto',
): Promise<string | null> {
  if (consentDigest(consent) !== digest) return 'its bytes are not the ones that were proposed';
  const misfit = whyCardMisfits(consent);
  if (misfit !== null) return `${misfit}; ask for a fresh proposal`;
  if (consent.policyVersion !== policy.version)
    return 'the policy has changed since it was proposed; ask for a fresh proposal';
  const record = await store.actionRecord(consent.asked.tool, consent.asked.service, id);
  const verdict = evaluate(policy, { ...consent.asked, at: await store.now(), record });
  if (by === 'auto') {
    return verdict.autonomy === 'auto' && verdict.rule === policyRule
      ? null
      : `policy “${verdict.rule}” does not let it run by itself now`;
  }
  return verdict.autonomy === 'approve' || verdict.autonomy === 'auto'
    ? null
    : `policy “${verdict.rule}” says no now`;
}
