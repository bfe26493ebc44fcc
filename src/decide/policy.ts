import type { Risk, ToolName } from '../incident/action.ts';
import type { Policy, PolicyEffect } from '../incident/policy.ts';

export type Verdict = { effect: PolicyEffect; rule: string; approvals: number };

/** The first rule whose conditions all hold decides; where none does, the answer is no. Pure. */
export function evaluate(
  policy: Policy,
  asked: { tool: ToolName; service: string | null; risk: Risk },
): Verdict {
  const rule = policy.rules.find(
    ({ when }) =>
      (!when.tools || when.tools.includes(asked.tool)) &&
      (!when.services || (asked.service !== null && when.services.includes(asked.service))) &&
      (!when.risks || when.risks.includes(asked.risk)),
  );
  if (!rule) return { effect: 'deny', rule: 'no rule matches', approvals: 0 };
  return { effect: rule.then, rule: rule.name, approvals: rule.then === 'ask' ? rule.approvals : 0 };
}
