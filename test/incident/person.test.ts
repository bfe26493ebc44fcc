import { expect, it } from 'vitest';
import { approversOf, mayApprove, mayDecide, SITREP, type Person } from '../../src/incident/person.ts';

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

const reader = { ...person('U3'), mayApprove: false };

it.each<[string, Person[], string[] | null, string[]]>([
  ['everybody who may, where nobody is named', [person('U1'), person('U2'), reader], null, ['U1', 'U2']],
  ['of those who are named who may', [person('U1'), person('U2'), reader], ['U2', 'U3', 'U9'], ['U2']],
  ['nobody who is denied', [person('U1', true), person('U2')], null, ['U2']],
  ['nobody who is denied anywhere', [person('U1'), person('U1', true)], null, []],
  ['nobody, where nobody is named at all', [person('U1')], [], []],
])('lets approve %s', (_, people, named, able) => {
  expect(approversOf(people, named)).toEqual(able);
  for (const id of ['U1', 'U2', 'U3', 'U9']) expect(mayApprove(people, id, named)).toBe(able.includes(id));
});
