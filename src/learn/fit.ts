import { probabilityOf, type ConfidenceModel, type Features } from '../incident/confidence-model.ts';
import { logOddsOf, posteriorMode } from './logistic.ts';
import { plattScaling } from './platt.ts';

/** One answer whose outcome is known. `group` is the organisation or repository that it comes from. */
export type Example = { features: Features; right: boolean; group: string };

/** Standard deviation of the prior of each standardised weight; small, because it must hold for strangers. */
const PRIOR_DEVIATION = 1;

/**
 * The model that a product may ship: logistic regression with a Gaussian prior on the standardised
 * weights, in which each group counts the same however many answers it has. Then the leave-one-group-out
 * predictions are put through Platt scaling and its shift and slope folded into the weights, so that
 * the model is as sure as it has proven to be on groups that it was not fitted on.
 * Sources: Hosmer, Lemeshow & Sturdivant, Applied Logistic Regression, ch. 1 (Newton); Platt (1999).
 * Features that hardly ever vary get no weight. With fewer than two groups nothing is tempered.
 */
export function fitConfidence(examples: readonly Example[], names = featureNames(examples)): ConfidenceModel {
  const model = fitPlain(examples, names);
  const apart = leaveOneGroupOut(examples, (rest) => fitPlain(rest, names));
  if (apart.length === 0) return model;
  const { shift, slope } = plattScaling(
    apart.map(({ probability }) => logOddsOf(probability)),
    examples.map(({ right }) => right),
    // A slope over 1 would make the model surer of strangers than it dared to be at home.
    { deviation: [1, 0.5], mostSlope: 1, weights: groupWeights(examples) },
  );
  return {
    bias: shift + slope * model.bias,
    weights: Object.fromEntries(
      Object.entries(model.weights).map(([name, weight]) => [name, slope * weight]),
    ),
  };
}

/**
 * What a model fitted without the answer's own group says of it, in the order of the examples; this is
 * the honest figure for strangers. Empty with fewer than two groups.
 */
export function leaveOneGroupOut(
  examples: readonly Example[],
  fit: (rest: readonly Example[]) => ConfidenceModel = (rest) => fitConfidence(rest),
): { probability: number; right: boolean; group: string }[] {
  const groups = new Set(examples.map(({ group }) => group));
  if (groups.size < 2) return [];
  const models = new Map(
    [...groups].map((group) => [group, fit(examples.filter((one) => one.group !== group))] as const),
  );
  return examples.map(({ features, right, group }) => {
    const model = models.get(group);
    return { probability: model ? probabilityOf(model, features) : 0.5, right, group };
  });
}

function featureNames(examples: readonly Example[]): string[] {
  return [...new Set(examples.flatMap(({ features }) => Object.keys(features)))].toSorted();
}

function fitPlain(examples: readonly Example[], names: readonly string[]): ConfidenceModel {
  const weights = groupWeights(examples);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const scales = names.map((name) => {
    const values = examples.map(({ features }) => features[name] ?? 0);
    const mean = values.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0) / (total || 1);
    const variance =
      values.reduce((sum, value, i) => sum + (value - mean) ** 2 * (weights[i] ?? 0), 0) / (total || 1);
    return { name, mean, deviation: Math.sqrt(variance) };
  });
  const used = scales.filter(({ deviation }) => deviation > 1e-6);
  const { mode } = posteriorMode(
    examples.map(({ features }) => [
      1,
      ...used.map(({ name, mean, deviation }) => ((features[name] ?? 0) - mean) / deviation),
    ]),
    examples.map(({ right }) => right),
    { mean: [0, ...used.map(() => 0)], deviation: [3, ...used.map(() => PRIOR_DEVIATION)], weights },
  );
  let bias = mode[0] ?? 0;
  const raw: Record<string, number> = {};
  used.forEach(({ name, mean, deviation }, i) => {
    const weight = (mode[i + 1] ?? 0) / deviation;
    raw[name] = weight;
    bias -= weight * mean;
  });
  return { bias, weights: raw };
}

/** Each group weighs the same in total, and all together as much as there are answers. */
function groupWeights(examples: readonly Example[]): number[] {
  const sizes = new Map<string, number>();
  for (const { group } of examples) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  return examples.map(({ group }) => examples.length / sizes.size / (sizes.get(group) ?? 1));
}
