import type { Person } from '../../src/incident/person.ts';

const person = (slackId: string, over: Partial<Person> = {}): Person => ({
  slackId,
  name: slackId.toLowerCase(),
  mayApprove: true,
  denied: false,
  keyHash: null,
  ...over,
});

/** Two who may approve, one who may not, and one who is denied everything. */
export const FOUR_PEOPLE = [
  person('U1'),
  person('U2'),
  person('U3', { mayApprove: false }),
  person('U4', { denied: true }),
];
