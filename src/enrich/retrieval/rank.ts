import { plain } from '../../incident/text.ts';
import { probabilityOf } from '../../incident/confidence-model.ts';
import { confidenceFeatures, RUNBOOK_CONFIDENCE } from './confidence.ts';
import { scoreCandidate, type Asked, type Scored, type Signals } from './score.ts';
import type { Candidate, Statistics } from './search-index.ts';
import type { Answer, Ranked } from './answer.ts';

/**
 * How much each signal speaks, fitted once by listwise logistic loss over the development corpus and the
 * fictional organisations (`npm run bench:fit-runbooks`) and rounded, because other organisations differ more
 * than the last digit. A reference outweighs all words.
 */
const WEIGHT: Readonly<Record<keyof Signals, number>> = {
  document: 8,
  passage: 10,
  covered: 7,
  named: 3,
  naming: 1,
  reference: 40,
};

/** Below this probability nothing is said to answer. */
const LEAST_PROBABILITY = 0.15;
const WORDS_SHOWN = 5;

/**
 * Orders candidates by what speaks for them. The same candidates and statistics give the same order, ties by
 * path; which index they came from makes no difference.
 */
export function rank(asked: Asked, candidates: readonly Candidate[], statistics: Statistics): Answer {
  const scored = candidates
    .map((candidate) => scoreCandidate(candidate, asked, statistics))
    .map((one) => ({ one, score: total(one.signals) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || byName(a.one.candidate, b.one.candidate));
  const features = confidenceFeatures(scored, asked, statistics);
  const probability = scored.length === 0 ? 0 : probabilityOf(RUNBOOK_CONFIDENCE, features);
  return {
    ranked: scored.map(({ one, score }): Ranked => ({
      document: one.candidate,
      passage: one.passage,
      score,
      signals: one.signals,
      why: whyOf(one),
    })),
    probability,
    answers: probability >= LEAST_PROBABILITY,
    features,
  };
}

function total(signals: Signals): number {
  let sum = 0;
  for (const name of Object.keys(WEIGHT) as (keyof Signals)[]) sum += WEIGHT[name] * signals[name];
  return sum;
}

function byName(a: Candidate, b: Candidate): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

function whyOf({ signals, words, reference }: Scored): string {
  if (reference) return REFERENCE_WHY[reference];
  const shown = words.slice(0, WORDS_SHOWN).join(', ');
  const share = `${Math.round(signals.covered * 100)} % of what was asked`;
  const named = signals.named >= 0.6 ? '; its name is in the alert' : '';
  return plain(`has ${share}: ${shown}${named}`, 200);
}

const REFERENCE_WHY = {
  link: 'the alert links to it',
  path: 'the alert is named as its path',
  alert: 'names the alert as its own',
  file: 'is named after the alert',
  heading: 'has a section named after the alert',
  code: 'mentions the alert by name',
} as const satisfies Record<NonNullable<Scored['reference']>, string>;
