import { approversOf, isRequester, mayDecide, type Person } from '../incident/person.ts';
import type { Proposal } from '../incident/proposal.ts';
import { counted, plain } from '../incident/text.ts';

/**
 * Why nobody could approve it but the one who asks, and who could ask for it instead; null where somebody could, or where
 * people are not asked.
 */
export function whyNobodyElse(proposal: Proposal, people: readonly Person[]): string | null {
  const { autonomy, consent, requestedBy } = proposal;
  if (autonomy !== 'approve') return null;
  const left = (asker: string) => consent.approvers.filter((one) => !isRequester(asker, one)).length;
  const others = left(requestedBy);
  if (others >= consent.approvalsNeeded) return null;
  const give = others === 0 ? 'nobody else give one' : `only ${others} give one`;
  const why = `It takes ${counted(consent.approvalsNeeded, 'approval')} by others than whoever asks, and sitrep.yaml lets ${give}.`;
  const able = people.filter(
    ({ slackId }) =>
      !isRequester(requestedBy, slackId) &&
      mayDecide(people, slackId) &&
      left(slackId) >= consent.approvalsNeeded,
  );
  const asker = people.find(({ slackId }) => isRequester(requestedBy, slackId));
  return able.length > 0 && asker
    ? `${why} Let somebody else ask for it (${named(able)}), and then ${plain(asker.name, 60)} approves it.`
    : `${why} Whoever keeps sitrep.yaml can list another approver.`;
}

/** Whether what this person asks for could be approved by somebody else at all. */
export function canOthersApprove(people: readonly Person[], person: string): boolean {
  return approversOf(people, null).some((one) => one !== person);
}

function named(people: readonly Person[]): string {
  return people.map(({ name }) => plain(name, 60)).join(' or ');
}
