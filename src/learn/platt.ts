import { posteriorMode } from './logistic.ts';

/** log-odds' = shift + slope × log-odds, with the covariance of the two (Laplace approximation). */
export type Platt = {
  shift: number;
  slope: number;
  covariance: { shift: number; slope: number; both: number };
};

/** Below this slope more confidence would hardly mean more; the order of answers must survive. */
const LEAST_SLOPE = 0.1;

/**
 * Platt scaling (1999) with Gaussian priors around "no correction", shift 0 and slope 1, and the slope kept
 * between bounds: the posterior is concave, so on the bound the best shift is found the same way.
 */
export function plattScaling(
  logOdds: readonly number[],
  right: readonly boolean[],
  options: {
    deviation: readonly [shift: number, slope: number];
    mostSlope?: number;
    weights: readonly number[];
  },
): Platt {
  const { deviation, mostSlope = Infinity, weights } = options;
  const rows = logOdds.map((one) => [1, one] as const);
  const free = posteriorMode(rows, right, { mean: [0, 1], deviation, weights });
  const [shift = 0, slope = 1] = free.mode;
  const [first, second] = free.covariance;
  const covariance = { shift: first?.[0] ?? 0, slope: second?.[1] ?? 0, both: first?.[1] ?? 0 };
  const bounded = Math.min(mostSlope, Math.max(LEAST_SLOPE, slope));
  if (bounded === slope) return { shift, slope, covariance };
  const held = posteriorMode(rows, right, { mean: [0, bounded], deviation: [deviation[0], 1e-4], weights });
  return { shift: held.mode[0] ?? 0, slope: bounded, covariance };
}
