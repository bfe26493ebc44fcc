import { digestOf } from './canonical.ts';
import type { AnswerKind } from './confidence-model.ts';
import type { StoredEvidence } from './evidence.ts';

/** What people may say of an answer; `none` means that nothing that was shown is right. */
export const VERDICTS = ['right', 'wrong', 'none'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** The kinds of answers that evidence gives. */
export type EvidenceAnswer = Extract<AnswerKind, 'runbook' | 'culprit' | 'incident'>;

/** As people call an answer of this kind. */
export const ANSWER_NAMES: Record<AnswerKind, string> = {
  runbook: 'runbook',
  culprit: 'suspect',
  incident: 'diagnosis',
  fix: 'fix',
};

/** Stands for a piece as it was shown: a label says something of exactly that. SHA-256 in hexadecimal. */
export function answerDigest({ id, about, title, quote }: StoredEvidence): string {
  // Text from outside may hold half a character, which has no canonical form.
  return digestOf({ id, kind: about.kind, title: title.toWellFormed(), quote: quote.toWellFormed() });
}

/** The kind of answer that a piece of evidence belongs to; null for what only illustrates. */
export function answerKindOf({ about }: Pick<StoredEvidence, 'about'>): EvidenceAnswer | null {
  switch (about.kind) {
    case 'runbook':
      return 'runbook';
    case 'commit':
    case 'deploy':
    case 'flag':
      return 'culprit';
    case 'diagnosis':
      return 'incident';
    default:
      return null;
  }
}

/**
 * The first answer of a kind among current evidence: what carries the confidence, and what people call
 * right or wrong. Among pieces without a confidence the best score leads, a commit before the rollout of it.
 */
export function firstAnswer(
  evidence: readonly StoredEvidence[],
  kind: EvidenceAnswer,
): StoredEvidence | undefined {
  const pieces = evidence.filter((piece) => piece.current && answerKindOf(piece) === kind);
  return (
    pieces.find((piece) => piece.confidence) ??
    pieces.filter((piece) => piece.about.kind !== 'deploy').sort((a, b) => b.score - a.score)[0] ??
    pieces.sort((a, b) => b.score - a.score)[0]
  );
}
