import { expect, it } from 'vitest';
import { mayDecide, SITREP, type Person } from '../../src/incident/person.ts';

const person = (slackId: string, denied = false): Person => ({
  slackId,
  name: slackId,
  mayApprove: true,
  denied,
  keyHash: null,
});

it.each([
  ['somebody listed', [person('U1'), person('U2', true)], true],
  ['somebody denied', [person('U1', true)], false],
  ['somebody listed and denied', [person('U1'), person('U1', true)], false],
  ['a stranger', [person('U2')], false],
  ['anybody where nobody is listed', [], false],
])('whether %s may decide', (_, people, may) => {
  expect(mayDecide(people, 'U1')).toBe(may);
});

it('knows Sitrep by its own name', () => {
  expect(SITREP).toBe('sitrep');
});
