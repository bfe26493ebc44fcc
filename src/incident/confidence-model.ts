/** What an answer's confidence rests on: finite numbers by name, each relative to its own corpus or case. */
export type Features = Readonly<Record<string, number>>;

/** The answers that carry a probability of being right. */
export type AnswerKind = 'runbook' | 'culprit' | 'incident' | 'fix';

/** Log-odds of being right are `bias` plus the sum of weight times feature; a feature without a weight counts nothing. */
export type ConfidenceModel = { bias: number; weights: Readonly<Record<string, number>> };

/** Probability between 0 and 1 that an answer with these features is right. */
export function probabilityOf(model: ConfidenceModel, features: Features): number {
  let logOdds = model.bias;
  for (const [name, weight] of Object.entries(model.weights)) logOdds += weight * (features[name] ?? 0);
  return 1 / (1 + Math.exp(-logOdds));
}
