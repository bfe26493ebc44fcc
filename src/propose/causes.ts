import { BELIEVABLE, type StoredEvidence } from '../incident/evidence.ts';
import type { Hypothesis } from '../incident/hypothesis.ts';
import { commitOf, ofKind } from './evidence-of.ts';

/** The cause that the rules believe in: the likeliest rollout, if one is likely at all. */
export function causesByRules(evidence: readonly StoredEvidence[]): Hypothesis[] {
  const [deploy] = ofKind(evidence, 'deploy').filter((one) => one.score >= BELIEVABLE);
  if (!deploy) return [];
  const commit = commitOf(deploy, evidence);
  const ill = ofKind(evidence, 'signal').filter((one) => one.score === 1);
  return [
    {
      statement: commit ? `${deploy.title} brought commit ${commit.title}` : `the rollout of ${deploy.title}`,
      verdict: ill.some((one) => one.about.service === deploy.about.service) ? 'supported' : 'open',
      evidenceFor: [deploy.id, ...(commit ? [commit.id] : []), ...ill.map((one) => one.id)],
      evidenceAgainst: [],
      by: 'rules',
    },
  ];
}
