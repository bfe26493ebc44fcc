import { describe, expect, it } from 'vitest';
import { figuresOf } from '../../src/learn/measure.ts';
import { credibleInterval, recalibrate, recalibrated } from '../../src/learn/recalibrate.ts';
import { truths, workspace as simulated, type Truth } from '../../bench/confidence/strangers.ts';

const NOW = new Date('2026-03-01T00:00:00Z');
const GRID = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);

/** All labels count the same here; what age does has its own test. */
const workspace = (seed: number, n: number, truth: Truth) =>
  simulated(seed, n, truth).map((one) => ({ ...one, at: NOW }));

/** Workspaces that differ from what is shipped, by default as much as the prior expects. */
const strangers = (count: number, n: number, spread = { shift: 0.7, slope: 0.3 }) =>
  truths(count, spread).map((truth, seed) => workspace(seed, n, truth));

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('recalibration by the labels of a workspace', () => {
  it('changes nothing without labels', () => {
    const by = recalibrate([], NOW);
    for (const shipped of GRID) expect(recalibrated(by, shipped)).toBeCloseTo(shipped, 9);
    expect(by.labels).toBe(0);
  });

  it('keeps the order of answers, also where labels contradict it', () => {
    const contrary = GRID.map((shipped) => ({ shipped, right: shipped < 0.5, at: NOW }));
    for (const labels of [contrary, contrary.slice(0, 7), workspace(3, 60, { shift: -1, slope: 0.4 })]) {
      const by = recalibrate(labels, NOW);
      const after = GRID.map((shipped) => recalibrated(by, shipped));
      after.slice(1).forEach((value, i) => expect(value).toBeGreaterThan(after[i] ?? 1));
    }
  });

  it('does not depend on the order of the labels', () => {
    const labels = workspace(5, 40, { shift: 0.5, slope: 0.8 });
    const one = recalibrate(labels, NOW);
    const other = recalibrate(labels.toReversed(), NOW);
    expect(other.shift).toBeCloseTo(one.shift, 8);
    expect(other.slope).toBeCloseTo(one.slope, 8);
  });

  it('brings a stranger from .14 to within .06 of the truth by 100 labels, and is never much worse by few', () => {
    const gap = (labels: number) =>
      strangers(100, 400, { shift: 1, slope: 0.4 }).map((all) => {
        const by = recalibrate(all.slice(0, labels), NOW);
        return mean(all.slice(100).map((one) => Math.abs(recalibrated(by, one.shipped) - one.real)));
      });
    const without = gap(0);
    expect(mean(without)).toBeGreaterThan(0.12);
    expect(mean(gap(20))).toBeLessThan(0.65 * mean(without));
    expect(mean(gap(100))).toBeLessThan(0.06);
    // Where the shipped model was right already, five or twenty unlucky labels cost little.
    for (const labels of [5, 20]) {
      const cost = Array.from({ length: 100 }, (_, i) => {
        const all = workspace(i, labels + 300, { shift: 0, slope: 1 });
        const by = recalibrate(all.slice(0, labels), NOW);
        const brier = (of: (shipped: number) => number) =>
          mean(all.slice(labels).map((one) => (of(one.shipped) - one.real) ** 2));
        return brier((shipped) => recalibrated(by, shipped)) - brier((shipped) => shipped);
      });
      expect(mean(cost)).toBeLessThan(0.01);
    }
  });

  it('covers the truth about as often as its intervals say', () => {
    for (const labels of [20, 100]) {
      const covered = strangers(200, labels).flatMap((all) => {
        const by = recalibrate(all, NOW);
        return all.slice(0, 10).map(({ shipped, real }) => {
          const { from, to } = credibleInterval(by, shipped);
          return from <= real && real <= to;
        });
      });
      const share = covered.filter(Boolean).length / covered.length;
      expect(share).toBeGreaterThan(0.85);
      expect(share).toBeLessThan(0.95);
    }
  });

  it('narrows as labels come in', () => {
    const all = workspace(8, 200, { shift: 0.3, slope: 0.9 });
    const width = (labels: number) => {
      const { from, to } = credibleInterval(recalibrate(all.slice(0, labels), NOW), 0.7);
      return to - from;
    };
    expect(width(200)).toBeLessThan(width(20));
    expect(width(20)).toBeLessThan(width(0));
  });

  it('listens to young labels more than to old ones', () => {
    const old = new Date('2023-03-01T00:00:00Z');
    const said = (right: boolean, at: Date) =>
      Array.from({ length: 30 }, () => ({ shipped: 0.5, right, at }));
    expect(recalibrated(recalibrate([...said(true, old), ...said(false, NOW)], NOW), 0.5)).toBeLessThan(0.3);
  });

  it('lowers the calibration error of a stranger whose shipped confidences are far off', () => {
    const all = workspace(11, 600, { shift: -1.2, slope: 0.6 });
    const rest = all.slice(100);
    const by = recalibrate(all.slice(0, 100), NOW);
    const before = figuresOf(rest.map(({ shipped, right }) => ({ probability: shipped, right })));
    const after = figuresOf(
      rest.map(({ shipped, right }) => ({ probability: recalibrated(by, shipped), right })),
    );
    expect(before.ece).toBeGreaterThan(0.15);
    expect(after.ece).toBeLessThan(0.07);
  });
});
