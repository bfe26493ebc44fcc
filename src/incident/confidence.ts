import type { Features } from './confidence-model.ts';

/** What the shipped model says of an answer, and what it rests on; kept so that a label can be joined later. */
export type Shipped = { features: Features; probability: number };

/** A probability that has been calibrated on labels of this workspace, with its 90 % credible interval. */
export type Calibrated = { probability: number; from: number; to: number };

/** Confidence is a word until it has been calibrated on labelled outcomes; then a number with its record. */
export type Confidence = {
  word: 'high' | 'medium' | 'low';
  /** Why it may be believed, in one line: labels that are missing, or how answers like it have done. */
  record: string;
  calibrated?: Calibrated | undefined;
  shipped?: Shipped | undefined;
};

/** A probability as a word. */
export function wordFor(probability: number): Confidence['word'] {
  return probability >= 0.7 ? 'high' : probability >= 0.4 ? 'medium' : 'low';
}

/** The confidence of a stage, which knows no labels; the loop puts what the workspace has learnt in its place. */
export function uncalibrated(shipped: Shipped): Confidence {
  return { word: wordFor(shipped.probability), record: 'not yet calibrated', shipped };
}

/** What people see first: `72 % (60–82)` where it is calibrated, else the word. */
export function shownConfidence({ word, calibrated }: Confidence): string {
  if (!calibrated) return word;
  const { probability, from, to } = calibrated;
  return `${percent(probability)} % (${percent(from)}–${percent(to)})`;
}

// Certainty is never shown: nothing that rests on some dozens of labels is certain.
function percent(share: number): number {
  return Math.min(99, Math.max(1, Math.round(100 * share)));
}
