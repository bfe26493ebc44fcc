import { z } from 'zod';
import { mergeServices } from '../incident/documents/backstage.ts';
import type { MaintenanceWindow } from '../incident/maintenance.ts';
import type { Person } from '../incident/person.ts';
import type { Policy } from '../incident/policy.ts';
import type { Service, ServiceCatalogue } from '../incident/service.ts';
import { auditOf, auditSchema, type CheckpointPlace } from './audit.ts';
import { flySchema } from './fly.ts';
import { kubernetesOf, kubernetesSchema, type KubernetesCluster } from './kubernetes.ts';
import { featureFlagsSchema, type FlagSourceConfig } from './feature-flags.ts';
import { githubSchema, type ListedWorkflow } from './github.ts';
import { httpSchema, outboundSchema, templatesOf, type HttpTemplate } from './http.ts';
import { knowledgeOf, knowledgeSchema, type Knowledge } from './knowledge.ts';
import { mcpSchema, mcpServersOf, mcpServices, type McpServerConfig } from './mcp.ts';
import { maintenanceSchema } from './maintenance.ts';
import { peopleSchema, personOf } from './people.ts';
import { policyMistake } from './policy-mistake.ts';
import { policyKeys, policyOf } from './policy.ts';
import { readYaml } from './yaml-file.ts';

const name = z.string().regex(/^[\w.-]{1,100}$/, 'letters, digits, “.”, “_” and “-” only');

const serviceSchema = z.strictObject({
  description: z.string().default(''),
  environment: name.default('production'),
  depends_on: z.array(name).default([]),
  kubernetes: z.strictObject({ namespace: z.string().min(1), deployment: z.string().min(1) }).optional(),
  fly: flySchema,
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
  people: peopleSchema,
  ...policyKeys,
  maintenance: z.array(maintenanceSchema).default([]),
  approvals: z
    .strictObject({
      pending_per_incident: z.int().min(1).max(50).default(4),
      per_hour: z.int().min(1).max(1000).default(30),
    })
    .prefault({}),
  runbooks: z.string().default('runbooks'),
  knowledge: knowledgeSchema,
  audit: auditSchema,
  kubernetes: kubernetesSchema,
  github: githubSchema,
  feature_flags: featureFlagsSchema,
  http: httpSchema,
  mcp: mcpSchema,
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
  /** How many questions people are asked at most. */
  approvals: { pendingPerIncident: number; perHour: number };
  /** Folder of the runbooks, as written. */
  runbooks: string;
  knowledge: Knowledge;
  /** Where copies of the audit's checkpoints go; null where that is not said. */
  checkpoints: CheckpointPlace[] | null;
  kubernetes: KubernetesCluster | null;
  /** Workflows whose risk is known. */
  workflows: ListedWorkflow[];
  /** Where flags can be switched; files as written. */
  flagSources: FlagSourceConfig[];
  /** The requests that may be sent. */
  http: HttpTemplate[];
  mcp: McpServerConfig[];
  /** Hosts that may be in a network of one's own. */
  privateHosts: string[];
  /** Files of repositories that hold feature flags, as globs. */
  flags: { repo: string; paths: string[] }[];
  changes: { pollS: number; keepDays: number };
  timing: { correlationS: number; approvalS: number; verifyS: number; holdS: number; quietS: number };
  modelTokens: { perIncident: number; perDay: number };
};

/**
 * Reads sitrep.yaml, and with `fromBackstage` the services of its Backstage files too. Throws `ConfigError` with file,
 * line and the fix for the first mistake.
 */
export function readTeamFile(
  file: string,
  text: string,
  fromBackstage: ((paths: readonly string[]) => Service[]) | null = null,
): Team {
  const source = readYaml(file, text);
  const parsed = teamSchema.safeParse(source.value ?? {});
  if (!parsed.success) throw source.mistakeOf(parsed.error);
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
    ...mcpServices(team.mcp),
  ];
  for (const { path, services } of named) {
    const missing = services.find((other) => !Object.hasOwn(team.services, other));
    if (missing === undefined) continue;
    throw source.mistake(
      path,
      `there is no service “${missing}”. Declare it under services or remove it here.`,
    );
  }
  const read = teamOf(team);
  const { backstage } = read.knowledge;
  const catalogue = mergeServices(read.catalogue, fromBackstage?.(backstage) ?? []);
  // A policy may name services that only Backstage knows.
  const known = fromBackstage || backstage.length === 0 ? catalogue : null;
  const mistake = policyMistake(team, read.people, known);
  if (mistake) throw source.mistake(mistake.path, mistake.message);
  return { ...read, catalogue };
}

function teamOf(team: z.infer<typeof teamSchema>): Team {
  return {
    catalogue: new Map(
      Object.entries(team.services).map(([service, one]) => [service, serviceOf(service, one)]),
    ),
    people: team.people.map(personOf),
    policy: policyOf(team),
    maintenance: team.maintenance,
    approvals: { pendingPerIncident: team.approvals.pending_per_incident, perHour: team.approvals.per_hour },
    runbooks: team.runbooks,
    knowledge: knowledgeOf(team.knowledge),
    checkpoints: auditOf(team.audit),
    kubernetes: kubernetesOf(team.kubernetes, team.people),
    workflows: team.github.workflows,
    flagSources: team.feature_flags,
    http: templatesOf(team.http),
    mcp: mcpServersOf(team.mcp),
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
    fly: one.fly ?? null,
    github: one.github ?? null,
    signals: one.signals.map((signal) => ({
      name: signal.name,
      query: signal.query,
      healthyBelow: signal.healthy_below,
    })),
  };
}
