import { createHash, timingSafeEqual } from 'node:crypto';
import type { Person } from '../../incident/person.ts';

/** The person whose key this is, by the name or Slack id that they give, compared in constant time; null for everybody else. */
export function knownByKey(people: readonly Person[], as: string, key: string): Person | null {
  const given = createHash('sha256').update(key).digest();
  const named = people.filter((one) => one.slackId === as || one.name === as);
  const [person] = named;
  // A name that two people bear says nothing.
  if (named.length !== 1 || !person?.keyHash || key === '') return null;
  return timingSafeEqual(given, Buffer.from(person.keyHash, 'hex')) ? person : null;
}
