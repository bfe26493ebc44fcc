import { plain } from '../../incident/text.ts';
import { probabilityOf } from '../../incident/confidence-model.ts';
import { confidenceFeatures, RUNBOOK_CONFIDENCE } from './confidence.ts';
import type { Asked } from './asked.ts';
import { scoreCandidate, askedWords, type Scored, type Signals } from './score.ts';
import type { Candidate, Statistics } from './search-index.ts';
import type { Answer, Ranked } from './answer.ts';

/**
 * The best passage, with the names of its document, carries the order; the whole document and how much of the
 * question is met at all settle what is close. More of either was better on short files named after one alert
 * and worse where files are of mixed lengths (docs/evaluation.md). They add up to 1.
 */
const WORDS = { passage: 0.67, document: 0.2, covered: 0.13 } as const;
/** A reference outweighs all words, and a link also every other reference. */
const REFERENCE = 3.5;

/** What is likelier wrong than right is not said to answer; measured: four in five right ones stay. */
const LEAST_PROBABILITY = 0.5;
const WORDS_SHOWN = 5;

/**
 * The `limit` best candidates by what speaks for them. The same candidates and statistics give the same order,
 * ties by path; which index they came from makes no difference.
 */
export function rank(
  asked: Asked,
  candidates: readonly Candidate[],
  statistics: Statistics,
  limit: number,
): Answer {
  const scored = candidates
    .map((candidate) => scoreCandidate(candidate, asked, statistics))
    .map((one) => ({ one, words: wordsOf(one.signals) }))
    .map((one) => ({ ...one, score: one.words + REFERENCE * one.one.signals.reference }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || byName(a.one.candidate, b.one.candidate));
  const features = confidenceFeatures(scored, asked);
  const probability = scored.length === 0 ? 0 : probabilityOf(RUNBOOK_CONFIDENCE, features);
  return {
    ranked: scored.slice(0, limit).map(({ one, score }): Ranked => ({
      document: one.candidate,
      passage: one.passage,
      score,
      signals: one.signals,
      why: whyOf(one, asked),
    })),
    probability,
    answers: probability >= LEAST_PROBABILITY,
    features,
  };
}

function wordsOf({ passage, document, covered }: Signals): number {
  return WORDS.passage * passage + WORDS.document * document + WORDS.covered * covered;
}

function byName(a: Candidate, b: Candidate): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

function whyOf(one: Scored, asked: Asked): string {
  if (one.reference) return REFERENCE_WHY[one.reference];
  const shown = askedWords(one, asked).slice(0, WORDS_SHOWN).join(', ');
  return plain(`has ${Math.round(one.signals.covered * 100)} % of what was asked: ${shown}`, 200);
}

const REFERENCE_WHY = {
  link: 'the alert links to it',
  path: 'the alert links to it',
  alert: 'names the alert as its own',
  file: 'is named after the alert',
  heading: 'has a section named after the alert',
  code: 'mentions the alert by name',
} as const satisfies Record<NonNullable<Scored['reference']>, string>;
