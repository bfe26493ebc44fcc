import { createHash } from 'node:crypto';
import type { Person } from '../../src/incident/person.ts';
import { APPROVER, PEOPLE } from './loop.ts';

/** The key by which the approver is known at the machine itself. */
export const KEY = 'k'.repeat(43);
const keyHash = createHash('sha256').update(KEY).digest('hex');

/** The people of the loop, of whom only the approver has a key. */
export const KEYED_PEOPLE: Person[] = PEOPLE.map((one) =>
  one.slackId === APPROVER ? { ...one, keyHash } : one,
);
