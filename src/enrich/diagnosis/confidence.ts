import type { ConfidenceModel } from '../../incident/confidence-model.ts';

/**
 * Log-odds that the named commit, or "none", is right, by how sure the choice was. Flatter than the fit of
 * `node bench/fit-incidents.ts` (bias 1.5, .75): most incidents there were known to whoever wrote the signs, and
 * strangers' are answered worse. Never above .88.
 */
export const INCIDENT_CONFIDENCE: ConfidenceModel = {
  bias: 0.2,
  weights: { sure: 0.45 },
};

const MOST = 4;

/** The log-odds of a probability, cut off where so few incidents cannot tell any more. */
export function sureness(share: number): number {
  return Math.max(-MOST, Math.min(MOST, Math.log(share / Math.max(1e-9, 1 - share))));
}
