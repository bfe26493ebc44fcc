import type { Features } from '../../incident/confidence-model.ts';
import type { Change, Symptom } from './change.ts';

/** One suspect, with what speaks for it. */
export type Suspect = {
  change: Change;
  /** Probability that this change is the guilty one; those of all suspects and `none` add up to 1. */
  probability: number;
  /** Why it is suspected, in one line for people. */
  why: string;
  /** The part of its diff that tells most, with its path; empty without a diff. */
  hunk: string;
};

export type Ranking = {
  /** Most suspect first; every change of the case once. */
  suspects: Suspect[];
  /** Probability that none of these changes is guilty. */
  none: number;
  /** Probability that the first suspect is the guilty change: what is shown and calibrated. */
  firstRight: number;
  /** What `firstRight` rests on. */
  features: Features;
};

/** Ranks changes, in any order, by how likely each brought the symptom. Deterministic, no model asked. */
export function rankChanges(symptom: Symptom, changes: readonly Change[]): Ranking {
  void symptom;
  const suspects = changes
    .toSorted((a, b) => a.ageS - b.ageS)
    .map((change) => ({ change, probability: 1 / (changes.length + 1), why: '', hunk: '' }));
  return { suspects, none: 1 / (changes.length + 1), firstRight: 0, features: {} };
}
