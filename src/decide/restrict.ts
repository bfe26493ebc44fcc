import { utc } from '../incident/utc.ts';
import type { Policy, PolicyQuestion, PolicyRule, Verdict } from '../incident/policy.ts';
import { missedInWords } from './risk-score.ts';

/** However the rules are written, high risk takes two people. */
const FOR_HIGH_RISK = 2;

/** What holds whatever a rule says: each line only ever makes the answer stricter. Pure. */
export function restrict(policy: Policy, rule: PolicyRule, asked: PolicyQuestion): Verdict {
  const because: string[] = [];
  let { then: autonomy, approvals, confirm } = rule;
  if (policy.mode === 'recommend' && asked.delivers === 'effect' && autonomy !== 'off') {
    autonomy = 'suggest';
    because.push('Sitrep only recommends here; what takes effect at once is left to people');
  }
  if (autonomy === 'auto') {
    const why = whyNotByItself(policy, asked);
    because.push(...why);
    if (why.length > 0) autonomy = 'approve';
  }
  if (asked.risk === 'high' && autonomy === 'approve') {
    if (approvals < FOR_HIGH_RISK) because.push(`high risk takes ${FOR_HIGH_RISK} people`);
    approvals = Math.max(FOR_HIGH_RISK, approvals);
    confirm = 'typed';
  }
  // What runs by itself keeps the number: it is what people give where it may not any more.
  if (autonomy === 'suggest' || autonomy === 'off') approvals = 0;
  return {
    autonomy,
    rule: rule.name,
    approvals,
    approvers: rule.approvers,
    confirm,
    ...(rule.undo ? { undo: rule.undo } : {}),
    because,
  };
}

function whyNotByItself(
  policy: Policy,
  { tool, risk, reversible, record, at, byHand }: PolicyQuestion,
): string[] {
  const why: string[] = [];
  if (byHand) why.push('a person asked for it, so somebody else approves it');
  if (!reversible) why.push('what cannot be put back never runs by itself');
  if (risk !== 'low') why.push(`${risk} risk never runs by itself`);
  const bound = successAtLeast(record.streak);
  if (bound < policy.earnedAt) {
    why.push(
      `its record here is ${record.streak} verified successes on end, so a success rate of ${bound.toFixed(2)} is sure; ${policy.earnedAt} is asked for`,
    );
  }
  const missed = breaker(policy, record);
  if (missed && at < missed.until)
    why.push(`${missedInWords(tool, missed.inARow)}; by itself again from ${utc(missed.until)}`);
  return why;
}

/** After how many failures in a row, and until when, nothing of a kind runs by itself; null where it may. */
function breaker(
  { limits }: Policy,
  { failures }: PolicyQuestion['record'],
): { inARow: number; until: Date } | null {
  if (!failures || failures.inARow < limits.failuresInARow) return null;
  const until = new Date(failures.lastAt.getTime() + limits.breakerHours * 3_600_000);
  return { inARow: failures.inARow, until };
}

/**
 * The lower end of the exact one-sided 95 % confidence interval (Clopper and Pearson, 1934) of a success rate after
 * `streak` successes and no failure. Fourteen are needed for .8.
 */
export function successAtLeast(streak: number): number {
  return streak === 0 ? 0 : 0.05 ** (1 / streak);
}
