import type { ConfidenceModel, Features } from '../../incident/confidence-model.ts';

/**
 * P(the first suspect is guilty), by logistic regression over real reverts weighted as those of weights.ts are, a
 * seventh of them with the guilty change taken away; then raised to the share that is right where it is there.
 * A workspace's own labels recalibrate what comes out.
 */
export const CULPRIT_CONFIDENCE: ConfidenceModel = {
  bias: 0,
  weights: { logOdds: 0.85, named: 1.8 },
};

/** What the confidence rests on, from the probabilities in order and what the first suspect shares. */
export function confidenceFeatures(
  probabilities: readonly number[],
  first: { named: number } | undefined,
): Features {
  const [top = 0] = probabilities;
  return {
    /** Of the first suspect against all others and none. */
    logOdds: Math.log((top + 1e-6) / (1 - top + 1e-6)),
    /** Share of its subject that the symptom names. */
    named: first?.named ?? 0,
  };
}
