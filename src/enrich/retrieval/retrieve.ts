import { plain } from '../../incident/text.ts';
import type { Answer, Ranked } from './answer.ts';
import type { Asked } from './asked.ts';
import { confidenceFeatures, runbookProbability } from './confidence.ts';
import type { Question } from './question.ts';
import { askedWords, type Scored } from './score.ts';
import { scoredFor } from './scored.ts';
import type { MeasuredIndex } from './usual.ts';

/** What is likelier wrong than right is not said to answer (docs/evaluation.md has how many of each kind stay). */
const LEAST_PROBABILITY = 0.5;
const WORDS_SHOWN = 5;

/**
 * The documents that answer a question, at most `limit`, from any index: the same documents give the same order,
 * ties by path, wherever they are kept. Rejects only as the index does.
 */
export async function retrieve(index: MeasuredIndex, question: Question, limit: number): Promise<Answer> {
  const { asked, scored, documents } = await scoredFor(index, question);
  const features = scored.length === 0 ? {} : confidenceFeatures(scored, asked, await index.usual(documents));
  const probability = scored.length === 0 ? 0 : runbookProbability(features, asked);
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
