import { expect, it } from 'vitest';
import { weigh } from '../../src/decide/weigh.ts';
import { aPolicy, aQuestion, NO_RECORD } from '../support/policy.ts';

const AT = new Date('2026-03-04T12:00:00Z');
const { riskScore: _score, confidence: _confidence, at: _at, record: _record, ...about } = aQuestion();
const WORD = { word: 'medium' as const, record: 'not yet calibrated' };
const always = { kind: 'once' as const, from: new Date(0), to: new Date('2030-01-01T00:00:00Z') };

it('asks the policy with the score that it shows', () => {
  const policy = aPolicy([
    { name: 'harmless', when: { riskScoreAtMost: 33 } },
    { name: 'rest', then: 'off' },
  ]);
  const { asked, scored, verdict } = weigh(policy, about, WORD, { at: AT, record: NO_RECORD });
  expect(scored.score).toBe(33);
  expect(asked).toEqual({ ...about, riskScore: 33, confidence: null });
  expect(verdict.rule).toBe('harmless');
});

it('counts a freeze, failures and calibrated confidence', () => {
  const policy = aPolicy(
    [
      { name: 'sure', when: { confidenceAtLeast: 0.9, outside: ['freeze'] } },
      { name: 'few', when: { budget: { runs: 1, hours: 24 } } },
    ],
    { windows: [{ name: 'freeze', when: always }] },
  );
  const calibrated = { probability: 0.9, from: 0.8, to: 1 };
  const record = { ...NO_RECORD, failures: { inARow: 1, lastAt: AT }, runs: [{ at: AT, rule: 'few' }] };
  const { asked, scored, verdict } = weigh(policy, about, { ...WORD, calibrated }, { at: AT, record });
  expect(asked.confidence).toBe(0.9);
  expect(scored.parts.map((part) => part.text)).toEqual(
    expect.arrayContaining([
      'changes are frozen now',
      'the last run of kubernetes.scale, on any target, was not seen to help',
    ]),
  );
  expect(verdict.rule).toBe('no rule matches');
});
