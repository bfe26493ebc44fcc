import type { Via } from '../incident/journal.ts';
import type { Person } from '../incident/person.ts';
import type { Proposal } from '../incident/proposal.ts';

/** Why nobody may decide this any more, for people; null while it is open. */
export function whyClosed(proposal: Proposal): string | null {
  if (proposal.state === 'proposed') return null;
  const who = proposal.decidedBy ? ` by <@${proposal.decidedBy}>` : '';
  return `This proposal is already ${proposal.state}${who}; it can be decided only once.`;
}

/** What somebody is told whom sitrep.yaml denies everything. */
export const DENIED = 'You are denied in sitrep.yaml, so you cannot decide here.';

export function isDenied(people: readonly Person[], slackId: string): boolean {
  return people.some((one) => one.slackId === slackId && one.denied);
}

/** Through what it was asked, for the record; nothing where that is not known. */
export function by(via: Via | undefined): { via?: Via } {
  return via === undefined ? {} : { via };
}
