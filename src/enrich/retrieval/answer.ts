import type { Features } from '../../incident/confidence-model.ts';
import type { Signals } from './score.ts';
import type { Candidate } from './search-index.ts';

/** One document of the answer. */
export type Ranked = {
  document: Candidate;
  /** `position` of the passage that speaks of it most; null where only a name does. */
  passage: number | null;
  score: number;
  signals: Signals;
  /** Why it is here, in one line. */
  why: string;
};

/** Best first. `probability` is that of the first being right; `answers` is false where nothing in the corpus seems to. */
export type Answer = { ranked: Ranked[]; probability: number; answers: boolean; features: Features };
