import { LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import type { MaintenanceWindow } from '../incident/maintenance.ts';
import type { Person } from '../incident/person.ts';
import type { Policy } from '../incident/policy.ts';
import type { Service, ServiceCatalogue } from '../incident/service.ts';
import { auditOf, auditSchema, type CheckpointPlace } from './audit.ts';
import { featureFlagsSchema, type FlagSourceConfig } from './feature-flags.ts';
import { githubSchema, type ListedWorkflow } from './github.ts';
import { httpSchema, outboundSchema, templatesOf, type HttpTemplate } from './http.ts';
import { knowledgeOf, knowledgeSchema, type Knowledge } from './knowledge.ts';
import { maintenanceSchema } from './maintenance.ts';
import { policyKeys, policyMistake, policyOf } from './policy.ts';

const name = z.string().regex(/^[\w.-]{1,100}$/, 'letters, digits, “.”, “_” and “-” only');

const serviceSchema = z.strictObject({
  description: z.string().default(''),
  environment: name.default('production'),
  depends_on: z.array(name).default([]),
  kubernetes: z.strictObject({ namespace: z.string().min(1), deployment: z.string().min(1) }).optional(),
  github: z
    .strictObject({
      repo: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'write owner/name'),
      paths: z.array(z.string()).default(['.']),
    })
    .optional(),
  signals: z
    .array(z.strictObject({ name: z.string().min(1), query: z.string().min(1), healthy_below: z.number() }))
    .default([]),
});

const seconds = (fallback: number) =>
  z
    .number()
    .positive()
    .max(7 * 86_400)
    .default(fallback);

const teamSchema = z.strictObject({
  services: z.record(name, serviceSchema).default({}),
  people: z
    .array(
      z.strictObject({
        slack: z.string().regex(/^[UW][A-Z0-9]+$/, 'a Slack user id such as U012AB3CD'),
        name: z.string().min(1),
        may_approve: z.boolean().default(false),
      }),
    )
    .default([]),
  ...policyKeys,
  maintenance: z.array(maintenanceSchema).default([]),
  runbooks: z.string().default('runbooks'),
  knowledge: knowledgeSchema,
  audit: auditSchema,
  kubernetes: z.strictObject({ url: z.url() }).optional(),
  github: githubSchema,
  feature_flags: featureFlagsSchema,
  http: httpSchema,
  outbound: outboundSchema,
  flags: z
    .array(
      z.strictObject({
        repo: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'write owner/name'),
        paths: z.array(z.string().min(1)).min(1),
      }),
    )
    .default([]),
  changes: z
    .strictObject({
      poll_seconds: z.int().min(10).max(3600).default(60),
      keep_days: z.int().min(7).max(365).default(30),
    })
    .prefault({}),
  timing: z
    .strictObject({
      correlation_seconds: seconds(600),
      approval_seconds: seconds(1800),
      verification_seconds: seconds(300),
      hold_seconds: seconds(60),
      quiet_seconds: seconds(60),
    })
    .prefault({}),
  model: z
    .strictObject({
      tokens_per_incident: z.int().min(0).default(60_000),
      tokens_per_day: z.int().min(0).default(600_000),
    })
    .prefault({}),
});

/** What sitrep.yaml says, in the vocabulary. */
export type Team = {
  catalogue: ServiceCatalogue;
  people: Person[];
  policy: Policy;
  maintenance: MaintenanceWindow[];
  /** Folder of the runbooks, as written. */
  runbooks: string;
  knowledge: Knowledge;
  /** Where copies of the audit's checkpoints go; null where that is not said. */
  checkpoints: CheckpointPlace[] | null;
  kubernetes: { url: string } | null;
  /** Workflows whose risk is known. */
  workflows: ListedWorkflow[];
  /** Where flags can be switched; files as written. */
  flagSources: FlagSourceConfig[];
  /** The requests that may be sent. */
  http: HttpTemplate[];
  /** Hosts that may be in a network of one's own. */
  privateHosts: string[];
  /** Files of repositories that hold feature flags, as globs. */
  flags: { repo: string; paths: string[] }[];
  changes: { pollS: number; keepDays: number };
  timing: { correlationS: number; approvalS: number; verifyS: number; holdS: number; quietS: number };
  modelTokens: { perIncident: number; perDay: number };
};

/** A mistake in a configuration file or variable; the message says where it is and what to write instead. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** Reads sitrep.yaml. Throws `ConfigError` with file, line and the fix for the first mistake. */
export function readTeamFile(file: string, text: string): Team {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken) {
    throw new ConfigError(
      `${file}:${lines.linePos(broken.pos[0]).line}: ${broken.message} Correct the YAML and start again.`,
    );
  }
  const parsed = teamSchema.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path ?? [];
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    const line = lineOf(document, lines, unknown === undefined ? path : [...path, unknown]);
    throw new ConfigError(
      `${file}:${line}: ${path.join('.') || 'top level'}: ${issue?.message}. ${hint(issue)}`,
    );
  }
  const team = parsed.data;
  const named = [
    ...Object.entries(team.services).map(([service, one]) => ({
      path: ['services', service, 'depends_on'],
      services: one.depends_on,
    })),
    ...team.maintenance.map((one, index) => ({
      path: ['maintenance', index, 'services'],
      services: one.services,
    })),
  ];
  for (const { path, services } of named) {
    const missing = services.find((other) => !Object.hasOwn(team.services, other));
    if (missing === undefined) continue;
    throw new ConfigError(
      `${file}:${lineOf(document, lines, path)}: ${path.join('.')}: there is no service “${missing}”. Declare it under services or remove it here.`,
    );
  }
  const mistake = policyMistake(team, team.people.map(personOf));
  if (mistake) {
    throw new ConfigError(
      `${file}:${lineOf(document, lines, mistake.path)}: ${mistake.path.join('.')}: ${mistake.message}`,
    );
  }
  return teamOf(team);
}

function personOf(person: z.infer<typeof teamSchema>['people'][number]): Person {
  return { slackId: person.slack, name: person.name, mayApprove: person.may_approve };
}

function teamOf(team: z.infer<typeof teamSchema>): Team {
  return {
    catalogue: new Map(
      Object.entries(team.services).map(([service, one]) => [service, serviceOf(service, one)]),
    ),
    people: team.people.map(personOf),
    policy: policyOf(team),
    maintenance: team.maintenance,
    runbooks: team.runbooks,
    knowledge: knowledgeOf(team.knowledge),
    checkpoints: auditOf(team.audit),
    kubernetes: team.kubernetes ?? null,
    workflows: team.github.workflows,
    flagSources: team.feature_flags,
    http: templatesOf(team.http),
    privateHosts: team.outbound.flatMap((one) => (one.allow_private ? one.host : [])),
    flags: team.flags,
    changes: { pollS: team.changes.poll_seconds, keepDays: team.changes.keep_days },
    timing: {
      correlationS: team.timing.correlation_seconds,
      approvalS: team.timing.approval_seconds,
      verifyS: team.timing.verification_seconds,
      holdS: team.timing.hold_seconds,
      quietS: team.timing.quiet_seconds,
    },
    modelTokens: { perIncident: team.model.tokens_per_incident, perDay: team.model.tokens_per_day },
  };
}

function serviceOf(service: string, one: z.infer<typeof serviceSchema>): Service {
  return {
    name: service,
    description: one.description,
    environment: one.environment,
    dependsOn: one.depends_on,
    kubernetes: one.kubernetes ?? null,
    github: one.github ?? null,
    signals: one.signals.map((signal) => ({
      name: signal.name,
      query: signal.query,
      healthyBelow: signal.healthy_below,
    })),
  };
}

/** The line of the deepest part of the path that exists. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as
      { range?: [number, number, number] } | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function hint(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'unrecognized_keys')
    return 'Remove it or correct its spelling; docs/configuration.md lists every key.';
  return 'docs/configuration.md shows what belongs there.';
}
