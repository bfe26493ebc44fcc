import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, isFrozen, unmet } from '../../src/decide/policy.ts';
import { AUTONOMIES, type Conditions, type PolicyQuestion } from '../../src/incident/policy.ts';
import { aPolicy, aQuestion, aRule, NO_RECORD } from '../support/policy.ts';

const AT = new Date('2026-03-04T12:00:00Z');
const hoursBefore = (hours: number) => new Date(AT.getTime() - hours * 3_600_000);
const FREEZE = {
  name: 'freeze',
  when: { kind: 'once' as const, from: hoursBefore(1), to: hoursBefore(-1) },
};

describe('the first rule whose conditions all hold', () => {
  const policy = aPolicy([
    {
      name: 'never scale pricing',
      when: { tools: ['kubernetes.scale'], services: ['pricing'] },
      then: 'off',
    },
    { name: 'two for the risky', when: { risks: ['medium', 'high'] }, approvals: 2 },
    { name: 'say so', when: { services: ['checkout'] }, then: 'suggest' },
  ]);
  it.each([
    [{}, 'off', 'never scale pricing', 0],
    [{ tool: 'kubernetes.rollback', risk: 'medium' }, 'approve', 'two for the risky', 2],
    [{ tool: 'kubernetes.restart', service: 'checkout' }, 'suggest', 'say so', 0],
    [{ tool: 'kubernetes.restart', service: '' }, 'off', 'no rule matches', 0],
  ] as const)('%j → %s', (asked, autonomy, rule, approvals) => {
    expect(evaluate(policy, aQuestion(asked))).toMatchObject({ autonomy, rule, approvals });
  });

  it('is none where there is no rule at all', () => {
    expect(evaluate(aPolicy([]), aQuestion()).autonomy).toBe('off');
  });
});

describe('a condition', () => {
  it.each<[Conditions, Partial<PolicyQuestion>, Partial<PolicyQuestion>]>([
    [{ tools: ['kubernetes.scale'] }, {}, { tool: 'kubernetes.restart' }],
    [{ services: ['pricing'] }, {}, { service: '' }],
    [{ environments: ['staging'] }, { environment: 'staging' }, {}],
    [{ risks: ['low'] }, {}, { risk: 'high' }],
    [{ confidenceAtLeast: 0.7 }, { confidence: 0.7 }, { confidence: 0.69 }],
    [{ confidenceAtLeast: 0.01 }, { confidence: 0.01 }, { confidence: null }],
    [{ servicesAtMost: 1 }, {}, { blastRadius: { text: '', services: ['a', 'b'], units: 1 } }],
    [{ unitsAtMost: 2 }, {}, { blastRadius: { text: '', services: [], units: 3 } }],
    [{ riskScoreAtMost: 20 }, {}, { riskScore: 21 }],
    [{ during: ['freeze'] }, {}, { at: hoursBefore(2) }],
    [{ outside: ['freeze'] }, { at: hoursBefore(2) }, {}],
    [{ budget: { runs: 2, hours: 24 } }, { record: runs(1, 23, 25) }, { record: runs(1, 23) }],
  ])('%j holds or says why not', (when, holds, fails) => {
    const policy = aPolicy([{ when }], { windows: [FREEZE] });
    const rule = aRule({ when });
    const first = (over: Partial<PolicyQuestion>) => unmet(policy, rule, aQuestion(over));
    // Two of the three runs of the budget's first question are in the window, so it is asked of one fewer.
    expect(first('record' in holds ? { record: runs(1, 25) } : holds)).toEqual([]);
    expect(first(fails)).toHaveLength(1);
    expect(evaluate(policy, aQuestion(fails)).autonomy).toBe('off');
  });

  it('of a budget counts what began under this rule alone', () => {
    const when = { budget: { runs: 1, hours: 1 } };
    const record = { ...NO_RECORD, runs: [{ at: hoursBefore(0.5), rule: 'another' }] };
    expect(evaluate(aPolicy([{ when }]), aQuestion({ record })).autonomy).toBe('approve');
  });
});

function runs(...hours: number[]): PolicyQuestion['record'] {
  return { ...NO_RECORD, runs: hours.map((ago) => ({ at: hoursBefore(ago), rule: 'a rule' })) };
}

describe('what runs by itself', () => {
  const policy = aPolicy([{ when: { tools: ['kubernetes.scale'] }, then: 'auto' }]);
  const earned = { ...NO_RECORD, streak: 14 };

  it('has earned it', () => {
    expect(evaluate(policy, aQuestion({ record: earned }))).toMatchObject({ autonomy: 'auto', because: [] });
    expect(evaluate(policy, aQuestion({ record: { ...earned, streak: 13 } }))).toMatchObject({
      autonomy: 'approve',
      approvals: 1,
      because: [expect.stringContaining('13 verified successes')],
    });
  });

  it.each<[string, Partial<PolicyQuestion>]>([
    ['cannot be put back', { reversible: false }],
    ['medium risk', { risk: 'medium' }],
    [
      'the last 3 runs of kubernetes.scale',
      { record: { ...earned, failures: { inARow: 3, lastAt: hoursBefore(23) } } },
    ],
  ])('needs people where it says: %s', (why, over) => {
    expect(evaluate(policy, aQuestion({ record: earned, ...over }))).toMatchObject({
      autonomy: 'approve',
      because: [expect.stringContaining(why)],
    });
  });

  it('may again when the breaker has closed', () => {
    const record = { ...earned, failures: { inARow: 3, lastAt: hoursBefore(25) } };
    expect(evaluate(policy, aQuestion({ record })).autonomy).toBe('auto');
  });
});

it('takes two people, and the name typed, for high risk, whatever the rule says', () => {
  expect(evaluate(aPolicy([{}]), aQuestion({ risk: 'high' }))).toMatchObject({
    autonomy: 'approve',
    approvals: 2,
    confirm: 'typed',
  });
});

it('only recommends in that mode, except for what is reviewed elsewhere', () => {
  const policy = aPolicy([{}], { mode: 'recommend' });
  expect(evaluate(policy, aQuestion()).autonomy).toBe('suggest');
  expect(evaluate(policy, aQuestion({ delivers: 'review' })).autonomy).toBe('approve');
});

it('knows when changes are frozen', () => {
  const policy = aPolicy([{ when: { outside: ['freeze'] } }], { windows: [FREEZE] });
  expect(isFrozen(policy, AT)).toBe(true);
  expect(isFrozen(policy, hoursBefore(3))).toBe(false);
});

it('never says more than its rule, and never auto without everything that it takes', () => {
  const autonomy = fc.constantFrom(...AUTONOMIES);
  const risk = fc.constantFrom('low' as const, 'medium' as const, 'high' as const);
  const record = fc.record({
    streak: fc.nat(30),
    failures: fc.option(fc.record({ inARow: fc.nat(5), lastAt: fc.nat(48).map(hoursBefore) })),
    runs: fc.constant<{ at: Date; rule: string }[]>([]),
  });
  fc.assert(
    fc.property(
      autonomy,
      fc.constantFrom('act' as const, 'recommend' as const),
      fc.record({
        risk,
        reversible: fc.boolean(),
        delivers: fc.constantFrom('effect' as const, 'review' as const),
        record,
      }),
      (then, mode, over) => {
        const asked = aQuestion(over);
        const verdict = evaluate(aPolicy([{ then }], { mode }), asked);
        expect(AUTONOMIES.indexOf(verdict.autonomy)).toBeLessThanOrEqual(AUTONOMIES.indexOf(then));
        if (verdict.autonomy === 'auto') {
          expect(asked).toMatchObject({ risk: 'low', reversible: true });
          expect(asked.record.streak).toBeGreaterThanOrEqual(14);
        }
        if (asked.risk === 'high' && verdict.autonomy === 'approve')
          expect(verdict.approvals).toBeGreaterThanOrEqual(2);
      },
    ),
    { numRuns: 1000 },
  );
});
