import { z } from 'zod';
import { toolNames } from '../incident/action.ts';
import { digestOf } from '../incident/canonical.ts';
import { AUTONOMIES, type Policy, type PolicyRule } from '../incident/policy.ts';
import { scheduleKeys, scheduleOf } from './schedule.ts';

const names = z.array(z.string().min(1)).min(1);

const ruleSchema = z
  .strictObject({
    name: z.string().min(1),
    when: z
      .strictObject({
        tools: z.array(z.enum(toolNames)).min(1).optional(),
        services: names.optional(),
        environments: names.optional(),
        risks: z
          .array(z.enum(['low', 'medium', 'high']))
          .min(1)
          .optional(),
        confidence_at_least: z.number().min(0).max(1).optional(),
        services_at_most: z.int().min(0).optional(),
        units_at_most: z.int().min(0).optional(),
        risk_score_at_most: z.int().min(0).max(100).optional(),
        during: names.optional(),
        outside: names.optional(),
        budget: z.strictObject({ runs: z.int().min(1), hours: z.number().positive().max(168) }).optional(),
      })
      .default({}),
    then: z.enum(AUTONOMIES),
    approvals: z.int().min(1).max(5).default(1),
    who: names.optional(),
    confirm: z.enum(['click', 'typed']).default('click'),
    undo: z.enum(['offer', 'auto']).default('offer'),
  })
  .refine((rule) => rule.then !== 'auto' || (rule.when.tools && rule.when.services && rule.when.budget), {
    message: 'a rule for “auto” must name its tools, its services and a budget',
    path: ['when'],
  });

const windowSchema = z
  .strictObject({ name: z.string().trim().min(1).max(200), ...scheduleKeys })
  .transform(({ name, ...times }, context): Policy['windows'][number] => {
    const schedule = scheduleOf(times, 366);
    if (schedule.ok) return { name, when: schedule.when };
    context.addIssue({ code: 'custom', message: schedule.message, path: schedule.path });
    return z.NEVER;
  });

/** The keys of sitrep.yaml that make the policy. */
export const policyKeys = {
  mode: z.enum(['act', 'recommend']).default('act'),
  policy: z
    .array(ruleSchema)
    .default([
      { name: 'people decide', when: {}, then: 'approve', approvals: 1, confirm: 'click', undo: 'offer' },
    ]),
  windows: z.array(windowSchema).default([]),
  groups: z.record(z.string(), names).default({}),
  limits: z
    .strictObject({
      per_hour: z.int().min(1).default(20),
      at_once: z.int().min(1).default(3),
      failures_in_a_row: z.int().min(1).default(3),
      breaker_hours: z.number().positive().max(168).default(24),
      flap_minutes: z.number().positive().max(10_080).default(60),
    })
    .prefault({}),
  earned_at: z.number().min(0.5).max(1).default(0.8),
};

export type PolicyKeys = z.infer<z.ZodObject<typeof policyKeys>>;

/** The policy in the vocabulary. Any change of it, but not of the people, changes its version. */
export function policyOf(keys: PolicyKeys): Policy {
  const policy = {
    mode: keys.mode,
    rules: keys.policy.map((rule) => ruleOf(rule, keys.groups)),
    windows: keys.windows,
    limits: {
      perHour: keys.limits.per_hour,
      atOnce: keys.limits.at_once,
      failuresInARow: keys.limits.failures_in_a_row,
      breakerHours: keys.limits.breaker_hours,
      flapMinutes: keys.limits.flap_minutes,
    },
    earnedAt: keys.earned_at,
  };
  return { version: digestOf(JSON.parse(JSON.stringify(policy))).slice(0, 16), ...policy };
}

function ruleOf(rule: z.infer<typeof ruleSchema>, groups: Record<string, string[]>): PolicyRule {
  const { when } = rule;
  return {
    name: rule.name,
    when: {
      tools: when.tools,
      services: when.services,
      environments: when.environments,
      risks: when.risks,
      confidenceAtLeast: when.confidence_at_least,
      servicesAtMost: when.services_at_most,
      unitsAtMost: when.units_at_most,
      riskScoreAtMost: when.risk_score_at_most,
      during: when.during,
      outside: when.outside,
      budget: when.budget,
    },
    then: rule.then,
    approvals: rule.approvals,
    approvers: rule.who ? [...new Set(rule.who.flatMap((one) => groups[one] ?? [one]))] : null,
    confirm: rule.confirm,
    ...(rule.undo === 'auto' ? { undo: rule.undo } : {}),
  };
}
