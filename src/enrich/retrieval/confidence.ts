import { probabilityOf, type ConfidenceModel, type Features } from '../../incident/confidence-model.ts';
import type { Asked } from './asked.ts';
import { SYNONYM } from './query-terms.ts';
import type { ScoredDocument } from './scored.ts';
import type { Usual } from './usual.ts';

/**
 * The shipped prior: fitted across organisations, corpora of eight files and all of them in one, with and
 * without the right document (`npm run bench:fit-runbooks`), and rounded. Only the weight of a reference is set
 * by hand: too few of the organisations name files after alerts to learn it, and a file that bears the alert's
 * name was always right.
 */
const RUNBOOK_CONFIDENCE: ConfidenceModel = {
  bias: -2.3,
  weights: { above: 3.7, lead: 11, hits: 5, reference: 5 },
};

/** Deeper ones do not come near the first by words. */
const COMPARED = 50;
/** A document with so many of the asked words is halfway to having plenty. */
const HALF = 4;

/** What confidence rests on, from documents in their order. All are shares, so that they mean the same elsewhere. */
export function confidenceFeatures(
  scored: readonly ScoredDocument[],
  { terms }: Asked,
  usual: Usual,
): Features {
  const [first, ...others] = scored.slice(0, COMPARED);
  if (!first) return {};
  const { reference, best } = first.one;
  let hits = 0;
  for (const { slot, standIns } of terms) {
    if ((best[slot] ?? 0) > 0) hits += 1;
    else if (standIns.some((other) => (best[other.slot] ?? 0) > 0)) hits += SYNONYM;
  }
  return {
    /** By how much better than this corpus meets a question whose document is missing. */
    above: first.words - usual,
    /** By how much it has more of it than any other; nothing where a reference put it first against the words. */
    lead: Math.max(0, first.words - Math.max(0, ...others.map(({ words }) => words))),
    /** How many of the asked words it has, not their share: two may meet by chance, eight hardly do. */
    hits: hits / (hits + HALF),
    /** Whether it bears what the alert names or links to; that it mentions it somewhere is a word like others. */
    reference: reference !== null && reference !== 'code' ? 1 : 0,
  };
}

/** Nobody has seen so many answers that more could be known. */
const SUREST = 0.98;
const SURE = 0.9;
/** From so many asked words on, how little was asked is no reason for doubt. */
const ENOUGH_ASKED = 3;

/**
 * Probability that the first document is right. One ordinary word that a single page happens to have looks like a
 * perfect answer by every share, so without a reference a question of fewer than three words is believed less.
 */
export function runbookProbability(features: Features, { terms }: Asked): number {
  const probability = probabilityOf(RUNBOOK_CONFIDENCE, features);
  const few = features['reference'] ? 1 : 0.5 + 0.5 * Math.min(1, terms.length / ENOUGH_ASKED);
  const believed = probability * few;
  // What is surer still keeps its order.
  return believed <= SURE ? believed : SURE + ((SUREST - SURE) * (believed - SURE)) / (1 - SURE);
}
