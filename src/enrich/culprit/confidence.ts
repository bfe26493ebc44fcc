import type { ConfidenceModel, Features } from '../../incident/confidence-model.ts';

/**
 * P(the first suspect is guilty), by src/learn/fit.ts over real reverts weighted by place and the fixtures, some again
 * with the guilty change taken away; every ranking by weights that were fitted without its case (bench/culprits.ts).
 * A workspace's own labels recalibrate what comes out.
 */
export const CULPRIT_CONFIDENCE: ConfidenceModel = {
  bias: -0.21,
  weights: { logOdds: 0.4 },
};

/** What the confidence rests on: the odds of the first suspect against all others and none. */
export function confidenceFeatures([top = 0]: readonly number[]): Features {
  return { logOdds: Math.log((top + 1e-6) / (1 - top + 1e-6)) };
}
