import { expect, it } from 'vitest';
import { riskScore } from '../../src/decide/risk-score.ts';
import { aQuestion, NO_RECORD } from '../support/policy.ts';

const WORD = { word: 'medium' as const, record: 'not yet calibrated' };
const AT = new Date('2026-03-04T12:00:00Z');

it('is the sum of its parts, each with its name', () => {
  const { score, parts } = riskScore(aQuestion(), WORD, false);
  expect(parts).toEqual([
    { points: 10, text: 'low risk by its kind' },
    { points: 3, text: '2 units' },
    { points: 8, text: 'production' },
    { points: 12, text: 'medium confidence that it helps' },
  ]);
  expect(score).toBe(33);
});

it('names each of the parts that a harmless action has not', () => {
  const asked = aQuestion({
    risk: 'medium',
    reversible: false,
    environment: 'staging',
    blastRadius: { text: '', services: ['a', 'b', 'c'], units: 1 },
    record: { ...NO_RECORD, failures: { inARow: 2, lastAt: AT } },
  });
  const sure = { ...WORD, calibrated: { probability: 0.9, from: 0.8, to: 1 } };
  expect(riskScore(asked, sure, true)).toEqual({
    score: 70,
    parts: [
      { points: 25, text: 'medium risk by its kind' },
      { points: 10, text: '2 other services may be touched' },
      { points: 15, text: 'it cannot be put back' },
      { points: 2, text: 'high confidence that it helps' },
      { points: 8, text: 'the last 2 runs of kubernetes.scale, on any target, were not seen to help' },
      { points: 10, text: 'changes are frozen now' },
    ],
  });
});

it.each([
  ['a graver kind', { risk: 'high' as const }],
  ['other services', { blastRadius: { text: '', services: ['a', 'b', 'c'], units: 2 } }],
  ['more units', { blastRadius: { text: '', services: ['pricing'], units: 8 } }],
  ['no way back', { reversible: false }],
  ['failures', { record: { ...NO_RECORD, failures: { inARow: 2, lastAt: AT } } }],
])('is higher with %s', (_, over) => {
  expect(riskScore(aQuestion(over), WORD, false).score).toBeGreaterThan(
    riskScore(aQuestion(), WORD, false).score,
  );
});

it('is higher in a freeze, lower the surer it is to help, and never above 100', () => {
  const of = (probability: number) =>
    riskScore(aQuestion(), { ...WORD, calibrated: { probability, from: 0, to: 1 } }, false).score;
  expect(riskScore(aQuestion(), WORD, true).score).toBe(43);
  expect(of(0.9)).toBeLessThan(of(0.5));
  const worst = aQuestion({
    risk: 'high',
    reversible: false,
    blastRadius: { text: '', services: 'abcdefgh'.split(''), units: 5000 },
    record: { ...NO_RECORD, failures: { inARow: 9, lastAt: AT } },
  });
  expect(riskScore(worst, { ...WORD, word: 'low' }, true).score).toBe(100);
});
