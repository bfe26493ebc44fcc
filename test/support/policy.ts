import type {
  ActionRecord,
  Policy,
  PolicyAnswer,
  PolicyQuestion,
  PolicyRule,
} from '../../src/incident/policy.ts';
import type { Proposal } from '../../src/incident/proposal.ts';

export function aRule(over: Partial<PolicyRule> = {}): PolicyRule {
  return {
    name: 'a rule',
    when: {},
    then: 'approve',
    approvals: 1,
    approvers: null,
    confirm: 'click',
    ...over,
  };
}

export function aPolicy(rules: Partial<PolicyRule>[], over: Partial<Policy> = {}): Policy {
  return {
    version: 'p1',
    mode: 'act',
    rules: rules.map(aRule),
    windows: [],
    limits: { perHour: 20, atOnce: 3, failuresInARow: 3, breakerHours: 24, flapMinutes: 60 },
    earnedAt: 0.8,
    ...over,
  };
}

export const NO_RECORD: ActionRecord = { streak: 0, failures: null, runs: [] };

/** What the policy would have said of a proposal that a test makes without asking it. */
export function anAnswer({ consent, policyRule, autonomy }: Proposal): PolicyAnswer {
  const { policyVersion: version, asked } = consent;
  const record = { streak: 0, failures: null, runs: [] };
  return { version, at: '2026-03-04T12:00:00.000Z', asked, record, rule: policyRule, autonomy, because: [] };
}

/** A harmless question; what a test is about is given. */
export function aQuestion(over: Partial<PolicyQuestion> = {}): PolicyQuestion {
  return {
    tool: 'kubernetes.scale',
    service: 'pricing',
    environment: 'production',
    risk: 'low',
    reversible: true,
    delivers: 'effect',
    confidence: null,
    blastRadius: { text: '2 replicas of shop/pricing', services: ['pricing'], units: 2 },
    riskScore: 20,
    at: new Date('2026-03-04T12:00:00Z'),
    record: NO_RECORD,
    ...over,
  };
}
