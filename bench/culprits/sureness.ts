import { symptomOf, type Change } from '../../src/enrich/culprit/change.ts';
import { rankChanges, type Ranking } from '../../src/enrich/culprit/rank.ts';
import type { Sign } from '../../src/enrich/culprit/weights.ts';
import { fitConfidence, leaveOneGroupOut, type Example } from '../../src/learn/fit.ts';

/** A case with the weights that were fitted without it. */
export type Sure = {
  query: string;
  changes: readonly Change[];
  culprit: string;
  /** What is left out together. */
  group: string;
  kind: 'real' | 'fixtures';
  weight: number;
  weights: Record<Sign, number>;
};

/** Every so many cases one is asked again with the guilty change taken away, where every answer is wrong. */
const TAKEN_AWAY = 6;
const NONES = [-3, -2, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3, 4];

/** Prints which score “none” should have, the confidence model, and how sure it is of groups it does not know. */
export function fitSureness(cases: readonly Sure[], none: number): void {
  const ranked = cases.map((one) => ({ one, there: rank(one, one.changes), gone: rank(one, without(one)) }));
  const likelihood = (score: number) =>
    ranked.reduce((sum, { one, there, gone }) => {
      // The mass of all suspects against that of “none”, which is `exp(none)`.
      const odds = (ranking: Ranking) => ((1 - ranking.none) / ranking.none) * Math.exp(none - score);
      const [with_, apart] = [odds(there), odds(gone)];
      return sum + one.weight * (Math.log(with_ / (1 + with_)) - Math.log(1 + apart) / TAKEN_AWAY);
    }, 0);
  console.log(`none ${NONES.reduce((a, b) => (likelihood(b) > likelihood(a) ? b : a))}`);
  // A model has no weights of examples but can be given one several times.
  const examples = ranked.flatMap(({ one, there, gone }, index) => [
    ...repeat(exampleOf(one, there), Math.round(4 * one.weight)),
    ...(index % TAKEN_AWAY === 0 ? repeat(exampleOf(one, gone), Math.round(4 * one.weight)) : []),
  ]);
  console.log(JSON.stringify(fitConfidence(examples)));
  const byOtherKind = leaveOneGroupOut(examples.map((one) => ({ ...one, group: one.kind })));
  const byOtherGroup = leaveOneGroupOut(examples);
  for (const kind of ['real', 'fixtures'] as const) {
    const isKind = (_: unknown, index: number) => examples[index]?.kind === kind;
    describe(`${kind}, by the other kind`, byOtherKind.filter(isKind));
    describe(`${kind}, by all but its group`, byOtherGroup.filter(isKind));
  }
}

function rank({ query, weights }: Sure, changes: readonly Change[]): Ranking {
  return rankChanges(symptomOf(query), changes, weights);
}

function without({ changes, culprit }: Sure): Change[] {
  return changes.filter(({ id }) => id !== culprit);
}

function exampleOf(
  { culprit, group, kind }: Sure,
  { suspects, features }: Ranking,
): Example & Pick<Sure, 'kind'> {
  return { features, right: suspects[0]?.change.id === culprit, group, kind };
}

function repeat<T>(item: T, times: number): T[] {
  return Array.from({ length: times }, () => item);
}

/** Expected calibration error over ten bins of equal mass, Brier skill, share answered at 90 % precision. */
function describe(name: string, answers: readonly { probability: number; right: boolean }[]): void {
  const surest = answers.toSorted((a, b) => b.probability - a.probability);
  const base = answers.filter(({ right }) => right).length / answers.length;
  const mean = answers.reduce((sum, { probability }) => sum + probability, 0) / answers.length;
  const brier =
    answers.reduce((sum, { probability, right }) => sum + (probability - Number(right)) ** 2, 0) /
    answers.length;
  let error = 0;
  for (let bin = 0; bin < 10; bin += 1) {
    const part = surest.slice((bin * surest.length) / 10, ((bin + 1) * surest.length) / 10);
    error += Math.abs(part.reduce((sum, { probability, right }) => sum + probability - Number(right), 0));
  }
  let right = 0;
  let covered = 0;
  surest.forEach((answer, place) => {
    right += Number(answer.right);
    if (right / (place + 1) >= 0.9) covered = (place + 1) / surest.length;
  });
  console.log(
    `${name}: mean ${mean.toFixed(3)} for ${base.toFixed(3)} right, ECE ${(error / answers.length).toFixed(3)}, Brier skill ${(1 - brier / (base * (1 - base))).toFixed(3)}, at 90 % precision ${covered.toFixed(3)}`,
  );
}
