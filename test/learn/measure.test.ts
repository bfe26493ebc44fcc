import { describe, expect, it } from 'vitest';
import {
  bootstrap,
  chanceError,
  coverageAt,
  figuresOf,
  middle95,
  wilson,
  type Row,
} from '../../src/learn/measure.ts';
import { reliabilityBins, reliabilityTable } from '../../src/learn/reliability.ts';
import { sequence } from '../../src/learn/measure.ts';

const rows = (...pairs: [number, boolean][]): Row[] =>
  pairs.map(([probability, right]) => ({ probability, right }));

describe('the figures', () => {
  it('are perfect for answers that know', () => {
    const all = rows(...Array.from({ length: 20 }, (_, i): [number, boolean] => [i < 10 ? 0 : 1, i >= 10]));
    expect(figuresOf(all)).toEqual({
      n: 20,
      baseRate: 0.5,
      ece: 0,
      brierSkill: 1,
      auroc: 1,
      coverage80: 0.6,
      coverage90: 0.55,
    });
  });

  it('give no skill to always saying the base rate, and half to ties', () => {
    const all = rows([0.5, true], [0.5, false], [0.5, true], [0.5, false]);
    const { brierSkill, auroc } = figuresOf(all);
    expect(brierSkill).toBeCloseTo(0, 9);
    expect(auroc).toBe(0.5);
  });

  it('measure how far predicted lies from observed', () => {
    const all = rows(...Array.from({ length: 40 }, (_, i): [number, boolean] => [0.9, i % 2 === 0]));
    expect(figuresOf(all).ece).toBeCloseTo(0.4, 9);
  });

  it('know what chance alone makes of few answers', () => {
    const said = (n: number): Row[] => Array.from({ length: n }, () => ({ probability: 0.5, right: true }));
    expect(chanceError(said(20))).toBeGreaterThan(0.15);
    expect(chanceError(said(2000))).toBeLessThan(0.04);
    const sure = Array.from({ length: 20 }, (): Row => ({ probability: 1, right: false }));
    expect(chanceError(sure)).toBe(0);
  });

  it('are null where there is nothing to tell', () => {
    expect(figuresOf([])).toMatchObject({ n: 0, ece: 0, brierSkill: null, auroc: null });
    expect(figuresOf(rows([0.4, true]))).toMatchObject({ brierSkill: null, auroc: null });
  });

  it('do not count an answer as kept that was only lucky among equals', () => {
    expect(coverageAt(rows([0.9, true], [0.9, false]), 0.9)).toBe(0);
    expect(coverageAt(rows([0.9, true], [0.8, true], [0.7, false]), 0.9)).toBeCloseTo(2 / 3, 9);
  });

  it('come with intervals that hold the truth', () => {
    expect(wilson(0, 0)).toEqual({ from: 0, to: 1 });
    const { from, to } = wilson(8, 10);
    expect(from).toBeCloseTo(0.49, 2);
    expect(to).toBeCloseTo(0.943, 2);
    const random = sequence(4);
    const drawn = Array.from({ length: 200 }, (): Row => ({ probability: 0.7, right: random() < 0.7 }));
    const range = () => middle95(bootstrap(drawn).map(({ baseRate }) => baseRate));
    expect(range()).toEqual(range());
    expect(range()?.from).toBeLessThan(0.7);
    expect(range()?.to).toBeGreaterThan(0.65);
    expect(middle95([])).toBeNull();
  });
});

describe('the reliability table', () => {
  const random = sequence(9);
  const all = Array.from({ length: 300 }, (): Row => {
    const probability = random();
    return { probability, right: random() < probability };
  });

  it('counts every answer once and stands in order', () => {
    const bins = reliabilityBins(all);
    expect(bins).toHaveLength(10);
    expect(bins.reduce((sum, { n }) => sum + n, 0)).toBe(300);
    bins.slice(1).forEach((bin, i) => expect(bin.predicted).toBeGreaterThan(bins[i]?.predicted ?? 1));
    for (const { observed, low, high } of bins) {
      expect(low).toBeLessThanOrEqual(observed);
      expect(high).toBeGreaterThanOrEqual(observed);
    }
  });

  it('has fewer lines where there are few answers', () => {
    expect(reliabilityBins(all.slice(0, 12))).toHaveLength(2);
    expect(reliabilityBins(all.slice(0, 3))).toHaveLength(1);
  });

  it('is plain text, the same each time', () => {
    const text = reliabilityTable('Runbooks', all);
    expect(text).toBe(reliabilityTable('Runbooks', all));
    expect(text).toContain('Runbooks: 300 labelled answers');
    expect(text).toContain('coverage at 90 % right');
    expect(reliabilityTable('Runbooks', [])).toBe('Runbooks: no labelled answers\n');
  });
});
