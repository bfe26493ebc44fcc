import type { ConfidenceModel, Features } from '../../incident/confidence-model.ts';
import type { Asked, Scored } from './score.ts';
import type { Statistics } from './search-index.ts';

/**
 * What the shipped prior makes of the features, fitted across organisations with and without the right
 * document in the corpus (`npm run bench:fit-runbooks`).
 */
export const RUNBOOK_CONFIDENCE: ConfidenceModel = {
  bias: -4,
  weights: { covered: 3, passage: 3, named: 1, margin: 2, known: 1, reference: 4 },
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
    document: signals.document,
    named: signals.named,
    naming: signals.naming,
    reference: signals.reference,
    /** How far the second is behind. */
    margin: second ? 1 - second.score / first.score : 1,
    /** Share of the asked words that the corpus has anywhere. */
    known: asked.mass > 0 ? known / asked.mass : 0,
    /** Signals by which the first is also first. */
    agreement: (most('document') + most('passage') + most('covered') + most('named')) / 4,
  };
}
