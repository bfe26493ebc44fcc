import type { ConfidenceModel, Features } from '../../incident/confidence-model.ts';
import type { Asked, Scored } from './score.ts';
import type { Statistics } from './search-index.ts';

/**
 * The shipped prior: fitted across organisations, with and without the right document in the corpus
 * (`npm run bench:fit-runbooks`), and rounded. Only the weight of a reference is set by hand: too few of the
 * organisations name files after alerts to learn it, and a file that bears the alert's name was always right.
 */
export const RUNBOOK_CONFIDENCE: ConfidenceModel = {
  bias: -3,
  weights: { covered: 2.1, passage: 1.7, named: 1.2, margin: 3, known: 1.3, agreement: 0.2, reference: 3 },
};

/**
 * What confidence rests on. All are shares between 0 and 1 of what this question asked of this corpus, so
 * that they mean the same elsewhere.
 */
export function confidenceFeatures(
  scored: readonly { one: Scored; score: number }[],
  asked: Asked,
  { frequency }: Pick<Statistics, 'frequency'>,
): Features {
  const [first, second] = scored;
  if (!first) return {};
  const { signals } = first.one;
  let known = 0;
  for (const [term, worth] of asked.worth) if ((frequency.get(term)?.documents ?? 0) > 0) known += worth;
  const most = (name: 'document' | 'passage' | 'covered' | 'named') =>
    scored.slice(0, 50).every(({ one }) => one.signals[name] <= signals[name]) ? 1 : 0;
  return {
    covered: signals.covered,
    passage: signals.passage,
    named: signals.named,
    reference: signals.reference,
    /** How far the second is behind. */
    margin: second ? 1 - second.score / first.score : 1,
    /** Share of the asked words that the corpus has anywhere. */
    known: asked.mass > 0 ? known / asked.mass : 0,
    /** Signals by which the first is also first. */
    agreement: (most('document') + most('passage') + most('covered') + most('named')) / 4,
  };
}
