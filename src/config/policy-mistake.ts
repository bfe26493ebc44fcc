import { approversOf, mayApprove, type Person } from '../incident/person.ts';
import type { ServiceCatalogue } from '../incident/service.ts';
import type { PolicyKeys } from './policy.ts';

type Mistake = { path: (string | number)[]; message: string };
type Rule = PolicyKeys['policy'][number];

/**
 * What does not fit together, with the path of the mistake; null where all does. A rule for what is not there would
 * never match, and a rule that forbids would then allow. `catalogue` is null where not all services are known.
 */
export function policyMistake(
  keys: PolicyKeys,
  people: readonly Person[],
  catalogue: ServiceCatalogue | null,
): Mistake | null {
  for (const [place, rule] of keys.policy.entries()) {
    const mistake =
      (catalogue && serviceMistake(rule, catalogue)) ??
      windowMistake(rule, keys) ??
      whoMistake(rule, keys, people) ??
      approvalsMistake(rule, keys, people) ??
      nameMistake(rule, keys.policy.slice(0, place));
    if (mistake) return { path: ['policy', place, ...mistake.path], message: mistake.message };
  }
  for (const [group, members] of Object.entries(keys.groups)) {
    const place = members.findIndex((one) => !mayApprove(people, one, null));
    if (place >= 0) return { path: ['groups', group, place], message: unknown(members[place] ?? '') };
  }
  return null;
}

function serviceMistake({ when }: Rule, catalogue: ServiceCatalogue): Mistake | null {
  const services = when.services ?? [];
  const service = services.findIndex((one) => !catalogue.has(one));
  if (service >= 0)
    return {
      path: ['when', 'services', service],
      message: `there is no service “${services[service]}”. Declare it under services or correct its spelling.`,
    };
  const environments = when.environments ?? [];
  const there = new Set([...catalogue.values()].map(({ environment }) => environment));
  const environment = environments.findIndex((one) => !there.has(one));
  if (environment < 0) return null;
  return {
    path: ['when', 'environments', environment],
    message: `no service is in the environment “${environments[environment]}”. Correct its spelling, or remove it here.`,
  };
}

function windowMistake({ when }: Rule, { windows }: PolicyKeys): Mistake | null {
  for (const key of ['during', 'outside'] as const) {
    const missing = when[key]?.find((name) => !windows.some((window) => window.name === name));
    if (missing !== undefined)
      return {
        path: ['when', key],
        message: `there is no window “${missing}”. Declare it under windows or remove it here.`,
      };
  }
  return null;
}

function whoMistake({ who = [] }: Rule, { groups }: PolicyKeys, people: readonly Person[]): Mistake | null {
  for (const one of who) {
    const person = (groups[one] ?? [one]).find((member) => !mayApprove(people, member, null));
    if (person !== undefined) return { path: ['who'], message: unknown(person) };
  }
  return null;
}

/** Where nobody may approve at all, it is no rule that is wrong. */
function approvalsMistake(rule: Rule, { groups }: PolicyKeys, people: readonly Person[]): Mistake | null {
  const all = approversOf(people, null);
  const having = new Set(rule.who ? rule.who.flatMap((one) => groups[one] ?? [one]) : all).size;
  const asks = rule.then === 'approve' || rule.then === 'auto';
  if (!asks || all.length === 0 || rule.approvals <= having) return null;
  return {
    path: ['approvals'],
    message: `${rule.approvals} must approve, and only ${having} may. Ask for fewer, or let more people approve.`,
  };
}

function nameMistake({ name }: Rule, before: readonly Rule[]): Mistake | null {
  if (!before.some((other) => other.name === name)) return null;
  return {
    path: ['name'],
    message: `there is a rule “${name}” already, and budgets are counted by name. Give each its own.`,
  };
}

function unknown(person: string): string {
  return `“${person}” is neither a group nor somebody under people with may_approve: true. Correct it.`;
}
