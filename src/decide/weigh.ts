import type { Confidence } from '../incident/confidence.ts';
import type { ActionRecord, Policy, PolicySubject, RiskScore, Verdict } from '../incident/policy.ts';
import { evaluate, isFrozen } from './policy.ts';
import { riskScore } from './risk-score.ts';

/** What the policy says of an action, and the risk score that it was asked with. Pure. */
export function weigh(
  policy: Policy,
  about: Omit<PolicySubject, 'riskScore' | 'confidence'>,
  confidence: Confidence,
  when: { at: Date; record: ActionRecord },
): { asked: PolicySubject; scored: RiskScore; verdict: Verdict } {
  const scored = riskScore({ ...about, ...when }, confidence, isFrozen(policy, when.at));
  const asked = {
    ...about,
    confidence: confidence.calibrated?.probability ?? null,
    riskScore: scored.score,
  };
  return { asked, scored, verdict: evaluate(policy, { ...asked, ...when }) };
}
