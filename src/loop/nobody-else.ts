import { approversOf, isRequester, type Person } from '../incident/person.ts';
import type { Proposal } from '../incident/proposal.ts';
import { counted } from '../incident/text.ts';

/** Why nobody could approve it but the one who asks; null where somebody could, or where people are not asked. */
export function whyNobodyElse({ autonomy, consent, requestedBy }: Proposal): string | null {
  if (autonomy !== 'approve') return null;
  const others = consent.approvers.filter((one) => !isRequester(requestedBy, one)).length;
  return others >= consent.approvalsNeeded
    ? null
    : `It takes ${counted(consent.approvalsNeeded, 'approval')} by others than whoever asks, and sitrep.yaml lets only ${others} give one.`;
}

/** Whether what this person asks for could be approved by somebody else at all. */
export function canOthersApprove(people: readonly Person[], person: string): boolean {
  return approversOf(people, null).some((one) => one !== person);
}
