import { expect, it } from 'vitest';
import { evaluate, isFrozen, unmet } from '../../src/decide/policy.ts';
import type { Conditions, PolicyQuestion } from '../../src/incident/policy.ts';
import { aPolicy, aQuestion, aRule, NO_RECORD } from '../support/policy.ts';

const AT = new Date('2026-03-04T12:00:00Z');
const hoursBefore = (hours: number) => new Date(AT.getTime() - hours * 3_600_000);
const window = (name: string, from: number) => ({
  name,
  when: { kind: 'once' as const, from: hoursBefore(from), to: hoursBefore(-1) },
});
const WINDOWS = [window('night', 0.5), window('freeze', 1)];
const run = (hours: number) => ({ at: hoursBefore(hours), rule: 'a rule' });
const record = { ...NO_RECORD, runs: [run(1), run(2)] };

// What people read who ask why a rule did not hold.
it.each<[Conditions, Partial<PolicyQuestion>, string]>([
  [{ tools: ['kubernetes.restart'] }, {}, 'the tool is kubernetes.scale'],
  [{ services: ['checkout'] }, {}, 'the service is pricing'],
  [{ services: ['checkout'] }, { service: '' }, 'the service is none'],
  [{ environments: ['staging'] }, {}, 'the environment is production'],
  [{ risks: ['medium'] }, {}, 'the risk is low'],
  [{ confidenceAtLeast: 0.7 }, { confidence: 0.456 }, 'the confidence is 0.46, not at least 0.7'],
  [{ confidenceAtLeast: 0.7 }, {}, 'the confidence is not calibrated, not at least 0.7'],
  [{ servicesAtMost: 0 }, {}, '1 services may be touched, more than 0'],
  [{ unitsAtMost: 1 }, {}, '2 units may be touched, more than 1'],
  [{ riskScoreAtMost: 10 }, {}, '20 is the risk score, more than 10'],
  [{ during: ['weekend', 'holiday'] }, {}, 'none of weekend, holiday is open'],
  [{ outside: ['weekend', 'freeze'] }, {}, '“freeze” is open'],
  [{ budget: { runs: 2, hours: 24 } }, { record }, 'the budget of 2 in 24 h is used up'],
])('%j is not met: %j', (when, over, clause) => {
  expect(unmet(aPolicy([], { windows: WINDOWS }), aRule({ when }), aQuestion(over))).toEqual([clause]);
});

it('names every condition that is not met', () => {
  const rule = aRule({ when: { services: ['checkout'], risks: ['high'], tools: ['kubernetes.scale'] } });
  expect(unmet(aPolicy([]), rule, aQuestion())).toEqual(['the service is pricing', 'the risk is low']);
});

it('no longer counts a run against the budget when its hours have passed', () => {
  const rule = aRule({ when: { budget: { runs: 1, hours: 24 } } });
  const told = (hours: number) =>
    unmet(aPolicy([]), rule, aQuestion({ record: { ...NO_RECORD, runs: [run(hours)] } }));
  expect(told(23.999)).toHaveLength(1);
  expect(told(24)).toEqual([]);
});

it('answers no, of nobody and by nothing, where no rule matches', () => {
  expect(evaluate(aPolicy([]), aQuestion())).toEqual({
    autonomy: 'off',
    rule: 'no rule matches',
    approvals: 0,
    approvers: null,
    confirm: 'click',
    because: [],
  });
});

it.each([
  ['auto', { outside: ['freeze'] }, true],
  ['approve', { outside: ['freeze'] }, true],
  ['suggest', { outside: ['freeze'] }, false],
  ['off', { outside: ['freeze'] }, false],
  ['auto', { during: ['freeze'] }, false],
  ['approve', { during: ['freeze'] }, false],
  ['suggest', { during: ['freeze'] }, true],
  ['off', { during: ['freeze'] }, true],
  ['auto', {}, false],
  ['off', {}, false],
] as const)('%s with %j in that window: frozen %j', (then, when, frozen) => {
  const names = Object.fromEntries(Object.entries(when).map(([key, value]) => [key, [...value]]));
  expect(isFrozen(aPolicy([{ then, when: names }], { windows: WINDOWS }), AT)).toBe(frozen);
});
