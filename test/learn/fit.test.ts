import { describe, expect, it } from 'vitest';
import { probabilityOf } from '../../src/incident/confidence-model.ts';
import { fitConfidence, leaveOneGroupOut, type Example } from '../../src/learn/fit.ts';
import { figuresOf } from '../../src/learn/measure.ts';
import { organisation } from './simulation.ts';

const ONE_LIKE_THE_OTHER = { shift: 0, slope: 0 };

describe('the model that is shipped', () => {
  it('finds the weights that made the answers right', () => {
    const examples = [1, 2, 3, 4].flatMap((seed) => organisation(seed, 1000, ONE_LIKE_THE_OTHER));
    const { bias, weights } = fitConfidence(examples);
    expect(bias).toBeCloseTo(0.4, 0);
    expect(Math.abs((weights['score'] ?? 0) - 1.4)).toBeLessThan(0.2);
    expect(Math.abs((weights['margin'] ?? 0) - 0.9)).toBeLessThan(0.2);
    expect(Math.abs(weights['noise'] ?? 1)).toBeLessThan(0.1);
  });

  it('does not depend on the scale of a feature', () => {
    const examples = [1, 2, 3].flatMap((seed) => organisation(seed, 100));
    const scaled = examples.map((one) => ({
      ...one,
      features: { ...one.features, score: 1000 * (one.features['score'] ?? 0) + 5 },
    }));
    const plain = fitConfidence(examples);
    const other = fitConfidence(scaled);
    examples.forEach((one, i) =>
      expect(probabilityOf(other, scaled[i]?.features ?? {})).toBeCloseTo(
        probabilityOf(plain, one.features),
        6,
      ),
    );
  });

  it('gives no weight to what never varies, and is finite where a feature separates the answers', () => {
    const examples: Example[] = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => ({
      features: { constant: 3, separates: i < 4 ? 0 : 1 },
      right: i >= 4,
      group: `g${i % 2}`,
    }));
    const { bias, weights } = fitConfidence(examples);
    expect(weights['constant']).toBeUndefined();
    expect(Number.isFinite(bias) && Number.isFinite(weights['separates'])).toBe(true);
    expect(weights['separates']).toBeGreaterThan(0);
  });

  it('lets an organisation with many answers count no more than one with few', () => {
    const says = (group: string, right: boolean, n: number): Example[] =>
      Array.from({ length: n }, () => ({ features: { constant: 1 }, right, group }));
    const model = fitConfidence([...says('large', true, 400), ...says('small', false, 20)]);
    expect(probabilityOf(model, { constant: 1 })).toBeCloseTo(0.5, 1);
  });

  it('is as sure of strangers as it has proven to be: calibrated on those left out', () => {
    const examples = Array.from({ length: 12 }, (_, seed) => organisation(seed, 100)).flat();
    const apart = leaveOneGroupOut(examples);
    expect(apart).toHaveLength(examples.length);
    expect(figuresOf(apart).ece).toBeLessThan(0.08);
    expect(figuresOf(apart).brierSkill).toBeGreaterThan(0.25);
  });

  it('says nothing of strangers when there is only one organisation', () => {
    expect(leaveOneGroupOut(organisation(1, 20))).toEqual([]);
  });
});
