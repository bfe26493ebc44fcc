import type { ConfidenceModel } from '../../incident/confidence-model.ts';

/**
 * Log-odds that the named commit, or "none", is right. Set by hand and cautious: there are too few labelled
 * incidents to fit it, so that it never promises more than .9 and starts from an even chance.
 */
export const INCIDENT_CONFIDENCE: ConfidenceModel = {
  bias: -0.6,
  weights: { distance: 2.5, lead: 1.5, match: 1, origin: 0.4 },
};
