import { probabilityOf, type Features } from '../../incident/confidence-model.ts';
import { boundedChange, type Change, type Symptom } from './change.ts';
import { confidenceFeatures, CULPRIT_CONFIDENCE } from './confidence.ts';
import { tellingHunk } from './hunk.ts';
import { signsOf, type Signs } from './signs.ts';
import { NONE, WEIGHTS, type Sign } from './weights.ts';
import { whyOf } from './why.ts';

/** One suspect, with what speaks for it. */
export type Suspect = {
  change: Change;
  /** Probability that this change is the guilty one; those of all suspects and `none` add up to 1. */
  probability: number;
  /** Why it is suspected, in one line for people. */
  why: string;
  /** The part of its diff that tells most, with its path; empty without a diff. */
  hunk: string;
  /** What each sign added to its log-odds; those that added nothing are left out. */
  weighed: [sign: Sign, logOdds: number][];
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

/**
 * Ranks changes, in any order, by how likely each brought the symptom: a conditional logit (McFadden 1974) over
 * few signs, with “none of these” as one more alternative. Deterministic, no model asked. Other `weights` than the
 * shipped ones are for measuring.
 */
export function rankChanges(
  symptom: Symptom,
  changes: readonly Change[],
  weights: Readonly<Record<Sign, number>> = WEIGHTS,
): Ranking {
  const newestFirst = changes.toSorted((a, b) => a.ageS - b.ageS);
  const judged = signsOf(symptom, newestFirst.map(boundedChange))
    .map((one) => ({ ...one, score: scoreOf(one.signs, weights) }))
    .sort((a, b) => b.score - a.score);
  const top = Math.max(NONE, judged[0]?.score ?? NONE);
  const mass = (score: number) => Math.exp(score - top);
  const total = judged.reduce((sum, { score }) => sum + mass(score), mass(NONE));
  const suspects = judged.map((one): Suspect => ({
    change: newestFirst[one.rank] ?? one.change,
    probability: mass(one.score) / total,
    why: whyOf(one),
    hunk: tellingHunk(one.change.diff, one.match.terms),
    weighed: weighed(one.signs, weights),
  }));
  const features = confidenceFeatures(suspects.map(({ probability }) => probability));
  return {
    suspects,
    none: mass(NONE) / total,
    firstRight: suspects.length === 0 ? 0 : probabilityOf(CULPRIT_CONFIDENCE, features),
    features,
  };
}

function weighed(signs: Signs, weights: Readonly<Record<Sign, number>>): [Sign, number][] {
  return (Object.keys(WEIGHTS) as Sign[])
    .map((sign): [Sign, number] => [sign, weights[sign] * signs[sign]])
    .filter(([, logOdds]) => logOdds !== 0);
}

function scoreOf(signs: Signs, weights: Readonly<Record<Sign, number>>): number {
  return weighed(signs, weights).reduce((sum, [, logOdds]) => sum + logOdds, 0);
}
