import type { Risk } from '../incident/action.ts';
import { wordFor, type Confidence } from '../incident/confidence.ts';
import { counted } from '../incident/text.ts';
import type { PolicyQuestion, RiskScore } from '../incident/policy.ts';

const OF_CLASS: Record<Risk, number> = { low: 10, medium: 25, high: 45 };
const OF_WORD: Record<Confidence['word'], number> = { high: 6, medium: 12, low: 18 };

/**
 * A sum that people can follow, not a probability: what kind of action it is, how far it reaches, whether it can be
 * put back, and how sure it is to help. The weights are a judgement; nothing was fitted. Pure.
 */
export function riskScore(
  asked: Omit<PolicyQuestion, 'riskScore' | 'confidence'>,
  confidence: Confidence,
  frozen: boolean,
): RiskScore {
  const { blastRadius, risk, record } = asked;
  const others = Math.max(0, blastRadius.services.length - 1);
  const failures = record.failures?.inARow ?? 0;
  const probability = confidence.calibrated?.probability;
  const parts = [
    { points: OF_CLASS[risk], text: `${risk} risk by its kind` },
    { points: Math.min(20, 5 * others), text: `${counted(others, 'other service')} may be touched` },
    {
      points: Math.min(10, 3 * Math.log2(Math.max(1, blastRadius.units))),
      text: counted(blastRadius.units, 'unit'),
    },
    { points: asked.reversible ? 0 : 15, text: 'it cannot be put back' },
    { points: asked.environment === 'production' ? 8 : 0, text: 'production' },
    {
      points: probability === undefined ? OF_WORD[confidence.word] : 20 * (1 - probability),
      text: `${probability === undefined ? confidence.word : wordFor(probability)} confidence that it helps`,
    },
    { points: Math.min(12, 4 * failures), text: missedInWords(asked.tool, failures) },
    { points: frozen ? 10 : 0, text: 'changes are frozen now' },
  ]
    .map((part) => ({ ...part, points: Math.round(part.points) }))
    .filter((part) => part.points > 0);
  return {
    score: Math.min(
      100,
      parts.reduce((sum, part) => sum + part.points, 0),
    ),
    parts,
  };
}

/** What counts is the tool, wherever it ran; how often it was tried on this target is told beside the confidence. */
export function missedInWords(tool: string, inARow: number): string {
  const runs =
    inARow === 1 ? `run of ${tool}, on any target, was` : `${inARow} runs of ${tool}, on any target, were`;
  return `the last ${runs} not seen to help`;
}
