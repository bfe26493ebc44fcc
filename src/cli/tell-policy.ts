import { evaluate, unmet } from '../decide/policy.ts';
import type { Policy, PolicyQuestion, PolicyRule, Verdict } from '../incident/policy.ts';
import { onOneLine } from './on-one-line.ts';

export type Weighed = {
  verdict: Verdict;
  rules: (Pick<PolicyRule, 'name' | 'then'> & { unmet: string[] })[];
};

/** What each rule says of a question, and what comes of it. */
export function weighRules(policy: Policy, asked: PolicyQuestion): Weighed {
  const rules = policy.rules.map((rule) => ({
    name: rule.name,
    then: rule.then,
    unmet: unmet(policy, rule, asked),
  }));
  return { verdict: evaluate(policy, asked), rules };
}

/** The same as lines for a terminal. What was asked may come from a file that anybody wrote. */
export function tellRules({ verdict, rules }: Weighed): void {
  const deciding = rules.findIndex((rule) => rule.unmet.length === 0);
  for (const [place, rule] of rules.entries()) {
    const says =
      place === deciding
        ? `decides: ${rule.then}`
        : place > deciding && deciding >= 0
          ? 'not reached'
          : `no: ${onOneLine(rule.unmet.join('; '))}`;
    console.log(`${String(place + 1).padStart(3)}. “${rule.name}” ${says}`);
  }
  for (const why of verdict.because) console.log(`     but ${onOneLine(why)}`);
  const people =
    verdict.autonomy === 'approve' ? `, ${verdict.approvals} to approve, by ${verdict.confirm}` : '';
  console.log(`Answer: ${verdict.autonomy}${people} (${verdict.rule})`);
}
