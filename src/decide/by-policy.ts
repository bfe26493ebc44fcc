import { aboutProposal } from '../incident/about-proposal.ts';
import { whyCardMisfits } from '../incident/card.ts';
import type { Policy, Verdict } from '../incident/policy.ts';
import { consentDigest, type Consent, type Proposal } from '../incident/proposal.ts';
import { counted } from '../incident/text.ts';
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
    ...aboutProposal(proposal),
    actor: 'policy',
    from: 'proposed',
    to: 'approved',
    why: `policy “${proposal.policyRule}” allows it`,
  });
  await store.enqueue({ kind: 'proposal', id: proposal.id });
  return true;
}

/**
 * Why the policy in force forbids exactly these bytes now; null where it does not. What people have approved may go on
 * unless it says no, only suggests, or asks more of them by now; what nobody approved must still be allowed to run by
 * itself. `given`: whose approvals stand; absent where they were given for something else, as for what an undo undoes.
 */
export async function whyNotByPolicy(
  store: Pick<DecideStore, 'actionRecord' | 'now'>,
  { id, consent, digest, policyRule }: Proposal,
  policy: Policy,
  by: 'people' | 'auto',
  given?: readonly string[],
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
  if (verdict.autonomy === 'approve') return whyAsksMore(verdict, consent, given);
  return verdict.autonomy === 'auto' ? null : `policy “${verdict.rule}” says no now`;
}

/** What a rule asks of people beyond what they have given, as a window that has opened since may do. */
function whyAsksMore(
  { rule, approvals, approvers, confirm }: Verdict,
  { approvalsNeeded, confirm: confirmed }: Consent,
  given?: readonly string[],
): string | null {
  const count = given?.length ?? approvalsNeeded;
  if (approvals > Math.max(approvalsNeeded, count))
    return `policy “${rule}” asks ${counted(approvals, 'approval')} now; ${count} ${count === 1 ? 'was' : 'were'} given`;
  const others = given?.filter((one) => approvers !== null && !approvers.includes(one)).length ?? 0;
  if (others > 0 && count - others < Math.max(approvalsNeeded, approvals))
    return `policy “${rule}” names other approvers now; of ${counted(count, 'approval')} ${count - others} still counts`;
  return confirm === 'typed' && confirmed === 'click'
    ? `policy “${rule}” asks to type the name of the target now; it was approved with a click`
    : null;
}
