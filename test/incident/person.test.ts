import { expect, it } from 'vitest';
import {
  approverNames,
  approversOf,
  claiming,
  isRequester,
  mayApprove,
  mayDecide,
  SITREP,
  type Person,
} from '../../src/incident/person.ts';

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

it('names those who may approve, or whoever can change that', () => {
  const named = (slackId: string) => ({ ...person(slackId), name: `name of ${slackId}` });
  const people = [named('U1'), named('U2'), { ...named('U3'), mayApprove: false }];
  expect(approverNames(people, null)).toBe('name of U1 or name of U2');
  expect(approverNames(people, ['U2'])).toBe('name of U2');
  expect(approverNames(people, [])).toBe('whoever keeps sitrep.yaml');
});

it('takes for the requester whoever asked, and whoever it was asked in the name of', () => {
  expect(claiming('cli:root', 'U1')).toBe('cli:root (says it is U1)');
  for (const by of ['U1', 'cli:root (says it is U1)']) expect(isRequester(by, 'U1')).toBe(true);
  for (const by of ['U2', 'cli:root (says it is U2)', ' (says it is U1) and more', 'cli:U1'])
    expect(isRequester(by, 'U1')).toBe(false);
});
