import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/decide/policy.ts';
import { successAtLeast } from '../../src/decide/restrict.ts';
import type { PolicyQuestion } from '../../src/incident/policy.ts';
import { aPolicy, aQuestion, NO_RECORD } from '../support/policy.ts';

const AT = new Date('2026-03-04T12:00:00Z');
const hoursBefore = (hours: number) => new Date(AT.getTime() - hours * 3_600_000);
const earned = { ...NO_RECORD, streak: 14 };

describe('high risk', () => {
  const high = aQuestion({ risk: 'high' });

  it.each([
    [1, 2, ['high risk takes 2 people']],
    [2, 2, []],
    [3, 3, []],
  ])('takes two people at least: of %i it makes %i, and says so', (approvals, needed, because) => {
    expect(evaluate(aPolicy([{ approvals }]), high)).toEqual({
      autonomy: 'approve',
      rule: 'a rule',
      approvals: needed,
      approvers: null,
      confirm: 'typed',
      because,
    });
  });

  it.each(['suggest', 'off'] as const)('changes nothing about what is %s', (then) => {
    expect(evaluate(aPolicy([{ then }]), high)).toMatchObject({
      approvals: 0,
      confirm: 'click',
      because: [],
    });
  });
});

describe('what runs by itself', () => {
  const policy = aPolicy([{ then: 'auto' }]);
  const told = (over: Partial<PolicyQuestion>) => evaluate(policy, aQuestion({ record: earned, ...over }));

  it('may as soon as the lower bound of its success is what is asked for', () => {
    const exact = aPolicy([{ then: 'auto' }], { earnedAt: successAtLeast(14) });
    expect(evaluate(exact, aQuestion({ record: earned })).autonomy).toBe('auto');
  });

  it('says every reason why it may not', () => {
    expect(told({ byHand: true })).toMatchObject({
      autonomy: 'approve',
      because: ['a person asked for it, so somebody else approves it'],
    });
    expect(told({ reversible: false, risk: 'medium', record: { ...earned, streak: 0 } }).because).toEqual([
      'what cannot be put back never runs by itself',
      'medium risk never runs by itself',
      'its record here is 0 verified successes on end, so a success rate of 0.00 is sure; 0.8 is asked for',
    ]);
  });

  it('rests after failures in a row, to the second', () => {
    const failures = (inARow: number, hours: number) => ({
      record: { ...earned, failures: { inARow, lastAt: hoursBefore(hours) } },
    });
    expect(told(failures(3, 23))).toMatchObject({
      autonomy: 'approve',
      because: [
        'the last 3 runs of kubernetes.scale, on any target, were not seen to help; by itself again from 2026-03-04 13:00:00 UTC',
      ],
    });
    expect(told(failures(3, 24)).autonomy).toBe('auto');
    expect(told(failures(2, 1)).autonomy).toBe('auto');
    expect(told({ record: { ...earned, failures: null } }).autonomy).toBe('auto');
  });
});

it('says what it leaves to people where it only recommends, and nothing of what is off', () => {
  const recommend = { mode: 'recommend' as const };
  expect(evaluate(aPolicy([{ then: 'auto' }], recommend), aQuestion({ record: earned }))).toMatchObject({
    autonomy: 'suggest',
    approvals: 0,
    because: ['Sitrep only recommends here; what takes effect at once is left to people'],
  });
  expect(evaluate(aPolicy([{ then: 'off' }], recommend), aQuestion())).toMatchObject({
    autonomy: 'off',
    because: [],
  });
});

it('hands on who may approve, how, and whether the undo runs by itself', () => {
  const rule = { approvers: ['U1'], confirm: 'typed' as const, undo: 'auto' as const };
  expect(evaluate(aPolicy([rule]), aQuestion())).toMatchObject(rule);
  expect(evaluate(aPolicy([{}]), aQuestion())).not.toHaveProperty('undo');
});
