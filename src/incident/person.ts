/** Somebody that sitrep.yaml lists, by Slack user id. */
export type Person = {
  slackId: string;
  name: string;
  mayApprove: boolean;
  /** Decides nothing, whatever else says so. */
  denied: boolean;
  /** SHA-256 of the key by which this person is known in a terminal; null for nobody by that way. */
  keyHash: string | null;
};

/** `sitrep` itself, as requester or actor. */
export const SITREP = 'sitrep';

/** Whether somebody may decide at all. Who is denied is refused before anything allows it. */
export function mayDecide(people: readonly Person[], slackId: string): boolean {
  const listed = people.filter((one) => one.slackId === slackId);
  return listed.length > 0 && listed.every((one) => !one.denied);
}

/**
 * Whether somebody may approve what a rule gives to those whom it names, or, with null, to everybody who may approve at all.
 * Whoever asks who may approve asks it here. What somebody gave before they were denied, or taken off the list, does not count.
 */
export function mayApprove(
  people: readonly Person[],
  slackId: string,
  named: readonly string[] | null,
): boolean {
  return (
    mayDecide(people, slackId) &&
    people.some((one) => one.slackId === slackId && one.mayApprove) &&
    (named === null || named.includes(slackId))
  );
}

/** All who may approve it, by their Slack ids, in the order of sitrep.yaml. */
export function approversOf(people: readonly Person[], named: readonly string[] | null): string[] {
  return people.map(({ slackId }) => slackId).filter((one) => mayApprove(people, one, named));
}

/** Their names, for a sentence that says whom to ask. */
export function approverNames(people: readonly Person[], named: readonly string[] | null): string {
  const able = approversOf(people, named);
  const names = people.filter((one) => able.includes(one.slackId)).map((one) => one.name);
  return names.join(' or ') || 'whoever keeps sitrep.yaml';
}

/** Somebody who has shown no key, for the record: who is logged in, and who that says it is. */
export function claiming(login: string, as: string): string {
  return `${login} (says it is ${as})`;
}

/** Whether it was asked for by this person, or in their name: in both cases somebody else approves it. */
export function isRequester(requestedBy: string, slackId: string): boolean {
  return requestedBy === slackId || requestedBy.endsWith(claiming('', slackId));
}
