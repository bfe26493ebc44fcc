import type { Labelled } from '../../src/learn/recalibrate.ts';
import { sequence } from '../../src/learn/measure.ts';

export type Truth = { shift: number; slope: number };
export type Answer = Labelled & { real: number };

/** Numbers from a normal distribution, always the same for the same seed (Box and Muller). */
export function normals(seed: number): () => number {
  const uniform = sequence(seed);
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/**
 * Answers of an invented workspace, the oldest first, one a day. What the shipped model says of them is
 * off by a shift and a slope, which may drift: `drift` is how far the shift wanders in a year.
 */
export function workspace(seed: number, n: number, truth: Truth, drift = 0, now = new Date(0)): Answer[] {
  const normal = normals(seed);
  const uniform = sequence(seed + 500_000);
  const day = 86_400_000;
  let shift = truth.shift;
  return Array.from({ length: n }, (_, i) => {
    shift += (drift / Math.sqrt(365)) * normal();
    const logOdds = 1.5 * normal();
    const real = 1 / (1 + Math.exp(-(shift + truth.slope * logOdds)));
    const shipped = 1 / (1 + Math.exp(-logOdds));
    return { shipped, real, right: uniform() < real, at: new Date(now.getTime() - (n - 1 - i) * day) };
  });
}

/** How far workspaces lie from what is shipped: standard deviations of shift and slope. */
export function truths(count: number, spread: Truth): Truth[] {
  return Array.from({ length: count }, (_, i) => {
    const normal = normals(90_000 + i);
    return { shift: spread.shift * normal(), slope: Math.max(0.15, 1 + spread.slope * normal()) };
  });
}
