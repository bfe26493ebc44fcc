import { plain } from '../../incident/text.ts';
import { probabilityOf } from '../../incident/confidence-model.ts';
import { confidenceFeatures, RUNBOOK_CONFIDENCE } from './confidence.ts';
import { scoreCandidate, type Asked, type Scored, type Signals } from './score.ts';
import type { Candidate, Statistics } from './search-index.ts';
import type { Answer, Ranked } from './answer.ts';

/**
 * The best passage, with the names of its document, carries the order; the whole document settles what is
 * close. More of either the document or its name was better on short files named after one alert and clearly
 * worse where files are of mixed lengths (docs/evaluation.md). A reference outweighs all words.
 */
const WEIGHT = { passage: 1, document: 0.3, reference: 3 } as const;

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

function total({ passage, document, reference }: Signals): number {
  return WEIGHT.passage * passage + WEIGHT.document * document + WEIGHT.reference * reference;
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
  path: 'the alert links to it',
  alert: 'names the alert as its own',
  file: 'is named after the alert',
  heading: 'has a section named after the alert',
  code: 'mentions the alert by name',
} as const satisfies Record<NonNullable<Scored['reference']>, string>;
