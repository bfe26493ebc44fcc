import { mayApprove, type Person } from '../incident/person.ts';
import type { Policy } from '../incident/policy.ts';
import type { Proposal } from '../incident/proposal.ts';
import { whyNotByPolicy } from './by-policy.ts';
import { BY_CONSENT, whyNotByConsent, type ConsentedUndoStore } from './consented-undo.ts';

export interface ForbiddenStore extends Pick<ConsentedUndoStore, 'actionRecord' | 'now' | 'proposal'> {
  /** Who gave the approvals that count. */
  approvedBy(proposalId: string): Promise<string[]>;
}

/** Why what was approved may not go on now, by the policy and the people that are in force now; null where it may. */
export async function whyForbidden(
  store: ForbiddenStore,
  proposal: Proposal,
  { policy, people }: { policy: Policy; people: readonly Person[] },
): Promise<string | null> {
  if (proposal.decidedBy === 'policy') return whyNotByPolicy(store, proposal, policy, 'auto');
  if (proposal.decidedBy === BY_CONSENT) {
    const undone = proposal.undoes === null ? null : await store.proposal(proposal.undoes);
    const gone = undone && whyNotByPeople(undone, await store.approvedBy(undone.id), people);
    return gone ?? whyNotByConsent(store, proposal, policy);
  }
  const given = await store.approvedBy(proposal.id);
  return (
    whyNotByPeople(proposal, given, people) ??
    whyNotByPolicy(
      store,
      proposal,
      policy,
      'people',
      given.filter((one) => mayApprove(people, one, null)),
    )
  );
}

/** That some of those who approved may not any more, where too few are left. */
export function whyNotByPeople(
  { consent }: Proposal,
  given: readonly string[],
  people: readonly Person[],
): string | null {
  const gone = given.filter((one) => !mayApprove(people, one, null));
  if (gone.length === 0 || given.length - gone.length >= Math.max(1, consent.approvalsNeeded)) return null;
  const names = gone.map((id) => people.find((one) => one.slackId === id)?.name ?? id);
  return `approver ${names.join(' and ')} may not approve any more`;
}
