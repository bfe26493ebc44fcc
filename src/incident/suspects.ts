import { answerKindOf } from './answer.ts';
import type { StoredEvidence } from './evidence.ts';

/** What is less likely guilty than this is not worth a line. */
const LEAST = 0.1;

/** The changes that may be guilty by the latest look, the likeliest first; of two alike the commit. */
export function suspectsOf(evidence: readonly StoredEvidence[]): StoredEvidence[] {
  return evidence
    .filter((one) => one.current && answerKindOf(one) === 'culprit' && !isUnsuspected(one))
    .sort(
      (a, b) => b.score - a.score || Number(a.about.kind === 'deploy') - Number(b.about.kind === 'deploy'),
    );
}

export function isUnsuspected({ score }: Pick<StoredEvidence, 'score'>): boolean {
  return score < LEAST;
}
