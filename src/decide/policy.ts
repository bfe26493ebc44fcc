import { openUntil } from '../incident/maintenance.ts';
import type { Conditions, Policy, PolicyQuestion, PolicyRule, Verdict } from '../incident/policy.ts';
import { restrict } from './restrict.ts';

/** The first rule whose conditions all hold decides; where none does, the answer is no. Pure. */
export function evaluate(policy: Policy, asked: PolicyQuestion): Verdict {
  const rule = policy.rules.find((one) => unmet(policy, one, asked).length === 0);
  if (!rule)
    return {
      autonomy: 'off',
      rule: 'no rule matches',
      approvals: 0,
      approvers: null,
      confirm: 'click',
      because: [],
    };
  return restrict(policy, rule, asked);
}

/** The conditions of a rule that do not hold, as clauses for people: “it is about payments”. */
export function unmet(policy: Policy, rule: PolicyRule, asked: PolicyQuestion): string[] {
  const { when } = rule;
  const clauses: Record<keyof Conditions, string | null> = {
    tools: among(when.tools, asked.tool, 'the tool'),
    services: among(when.services, asked.service, 'the service'),
    environments: among(when.environments, asked.environment, 'the environment'),
    risks: among(when.risks, asked.risk, 'the risk'),
    confidenceAtLeast:
      when.confidenceAtLeast !== undefined && (asked.confidence ?? 0) < when.confidenceAtLeast
        ? `the confidence is ${asked.confidence === null ? 'not calibrated' : asked.confidence.toFixed(2)}, not at least ${when.confidenceAtLeast}`
        : null,
    servicesAtMost: above(when.servicesAtMost, asked.blastRadius.services.length, 'services may be touched'),
    unitsAtMost: above(when.unitsAtMost, asked.blastRadius.units, 'units may be touched'),
    riskScoreAtMost: above(when.riskScoreAtMost, asked.riskScore, 'is the risk score'),
    during:
      when.during && !openWindow(policy, when.during, asked.at)
        ? `none of ${when.during.join(', ')} is open`
        : null,
    outside: outside(policy, when.outside, asked.at),
    budget:
      when.budget && begun(asked, rule.name, when.budget.hours) >= when.budget.runs
        ? `the budget of ${when.budget.runs} in ${when.budget.hours} h is used up`
        : null,
  };
  return Object.values(clauses).filter((clause) => clause !== null);
}

function among(allowed: readonly string[] | undefined, is: string, what: string): string | null {
  return allowed && !allowed.includes(is) ? `${what} is ${is || 'none'}` : null;
}

function above(most: number | undefined, is: number, what: string): string | null {
  return most !== undefined && is > most ? `${is} ${what}, more than ${most}` : null;
}

function outside(policy: Policy, names: string[] | undefined, at: Date): string | null {
  const open = names && openWindow(policy, names, at);
  return open ? `“${open}” is open` : null;
}

function openWindow(policy: Policy, names: string[], at: Date): string | null {
  return (
    policy.windows.find((window) => names.includes(window.name) && openUntil(window.when, at) !== null)
      ?.name ?? null
  );
}

function begun({ at, record }: PolicyQuestion, rule: string, hours: number): number {
  const since = at.getTime() - hours * 3_600_000;
  return record.runs.filter((run) => run.rule === rule && run.at.getTime() > since).length;
}

/** Whether a window is open in which some rule lets fewer actions through. Pure. */
export function isFrozen(policy: Policy, at: Date): boolean {
  const named = policy.rules.flatMap(({ when, then }) => [
    ...(then === 'auto' || then === 'approve' ? (when.outside ?? []) : (when.during ?? [])),
  ]);
  return openWindow(policy, named, at) !== null;
}
