import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { placesBeside, type CheckpointPlace } from './config/audit.ts';
import { listOf, readEnvironment, type Environment } from './config/environment.ts';
import type { FlagSourceConfig } from './config/feature-flags.ts';
import { withHeaders, type ConfiguredRequest } from './config/http.ts';
import { withVariables, type ConfiguredMcp } from './config/mcp-variables.ts';
import type { Knowledge } from './config/knowledge.ts';
import type { KubernetesCluster } from './config/kubernetes.ts';
import { readTeamFile, type Team } from './config/team-file.ts';
import { variablesNamedIn, writeCredentialsIn, type NamedVariable } from './config/write-credentials.ts';
import { ConfigError } from './config/yaml-file.ts';
import { backstageServices } from './incident/documents/backstage.ts';
import type { Service } from './incident/service.ts';

/** What alert sources prove themselves by; every variable holds none, one or two values. */
export type Webhooks = {
  secrets: Record<
    | 'SITREP_WEBHOOK_TOKEN'
    | 'GRAFANA_WEBHOOK_SECRET'
    | 'PAGERDUTY_WEBHOOK_SECRET'
    | 'SENTRY_CLIENT_SECRET'
    | 'GITHUB_WEBHOOK_SECRET',
    string[]
  >;
  snsTopics: string[];
};

export type Config = {
  databaseUrl: string | undefined;
  home: string;
  host: string;
  port: number;
  stop: boolean;
  webhooks: Webhooks;
  audit: {
    /** The first seals; absent, a key in `home` does. */
    keys: Buffer[];
    signingSeed: Buffer | undefined;
    /** Where copies of the signed checkpoints go. */
    places: CheckpointPlace[];
  };
  slack: {
    botToken: string;
    signingSecret: string;
    appToken: string | undefined;
    apiUrl: string | undefined;
    channel: string;
  } | null;
  model: { apiKey: string; baseUrl: string | undefined; model: string } | null;
  /** Null where the search goes by words alone. */
  embeddings: { apiKey: string; baseUrl: string | undefined; model: string } | null;
  /** `token` reads; `writeToken` is null where none was given for writing alone. */
  github: { token: string; writeToken: string | null; apiUrl: string | undefined; repos: string[] } | null;
  kubernetes: (KubernetesCluster & { token: string; writeToken: string | null }) | null;
  fly: { url: string; token: string; writeToken: string | null } | null;
  /** Names of the variables that hold a write credential in this process's environment. */
  writeCredentials: string[];
  /** What sitrep.yaml names: all of it, and what of it this environment lacks. */
  named: NamedVariable[];
  missing: NamedVariable[];
  prometheus: { url: string } | null;
  /** Where flags can be switched, with absolute paths. */
  flagSources: FlagSourceConfig[];
  /** Null where no source is in Unleash. */
  unleash: { url: string; token: string; writeToken: string | null } | null;
  /** The requests that may be sent, each with its headers as they go out. */
  http: ConfiguredRequest[];
  /** MCP servers, each with the variables that it is given. */
  mcp: ConfiguredMcp[];
  /** Null where there is no sitrep.yaml: then the demo's own is used. */
  team: Team | null;
  /** Absolute path of the runbooks; null without a sitrep.yaml. */
  runbooks: string | null;
  /** What else is quoted, with absolute paths; null without a sitrep.yaml. */
  knowledge: Knowledge | null;
};

/** Where state is kept, known also where nothing else of the settings can be read. */
export function homeOf(environment: NodeJS.ProcessEnv, directory: string): string {
  return resolve(directory, environment['SITREP_HOME'] || '.sitrep');
}

/**
 * Reads sitrep.yaml alone; `team` is null where there is none. Throws `ConfigError` like `readConfig`, but asks for none of the
 * tokens that belong to it.
 */
export function readTeam(
  environment: NodeJS.ProcessEnv,
  directory: string,
): { file: string; team: Team | null } {
  const named = environment['SITREP_CONFIG'] || undefined;
  const file = resolve(directory, named ?? 'sitrep.yaml');
  if (existsSync(file))
    return {
      file,
      team: readTeamFile(file, readFileSync(file, 'utf8'), (paths) => fromBackstage(file, paths)),
    };
  if (named) throw new ConfigError(`SITREP_CONFIG: there is no file ${file}. Correct the path or unset it.`);
  return { file, team: null };
}

/**
 * Reads the environment and sitrep.yaml. Throws `ConfigError` for the first mistake; its message names
 * the variable, or file and line, and what to write instead. Never repeats the value of a secret.
 */
export function readConfig(environment: NodeJS.ProcessEnv, directory: string): Config {
  const env = readEnvironment(environment);
  const { file, team } = readTeam(environment, directory);
  const home = homeOf(environment, directory);
  const slack = readSlack(env);
  const repos = listOf(env.GITHUB_REPOS ?? '');
  const githubToken = env.GITHUB_TOKEN ?? env.GITHUB_WRITE_TOKEN;
  const flyToken = env.FLY_API_TOKEN ?? env.FLY_WRITE_TOKEN;
  const named = team ? variablesNamedIn(team) : [];
  const valueOf = (variable: string) => environment[variable] || undefined;
  return {
    databaseUrl: env.DATABASE_URL,
    home,
    host: env.HOST ?? '127.0.0.1',
    port: env.PORT,
    stop: env.SITREP_STOP === '1',
    webhooks: {
      secrets: {
        SITREP_WEBHOOK_TOKEN: env.SITREP_WEBHOOK_TOKEN,
        GRAFANA_WEBHOOK_SECRET: env.GRAFANA_WEBHOOK_SECRET,
        PAGERDUTY_WEBHOOK_SECRET: env.PAGERDUTY_WEBHOOK_SECRET,
        SENTRY_CLIENT_SECRET: env.SENTRY_CLIENT_SECRET,
        GITHUB_WEBHOOK_SECRET: env.GITHUB_WEBHOOK_SECRET,
      },
      snsTopics: listOf(env.SNS_TOPIC_ARNS ?? ''),
    },
    audit: {
      keys: env.SITREP_AUDIT_KEY,
      signingSeed: env.SITREP_AUDIT_SIGNING_KEY,
      places: team?.checkpoints
        ? placesBeside(file, team.checkpoints)
        : [{ file: resolve(home, 'audit-checkpoints.jsonl') }],
    },
    slack,
    model: env.OPENAI_API_KEY
      ? { apiKey: env.OPENAI_API_KEY, baseUrl: env.OPENAI_BASE_URL, model: env.OPENAI_MODEL ?? 'gpt-5-mini' }
      : null,
    embeddings: env.OPENAI_EMBEDDING_MODEL
      ? {
          // A server of one's own often asks for no key, but the client insists on some.
          apiKey:
            env.OPENAI_EMBEDDING_API_KEY ??
            (env.OPENAI_EMBEDDING_BASE_URL ? undefined : env.OPENAI_API_KEY) ??
            'none',
          baseUrl: env.OPENAI_EMBEDDING_BASE_URL ?? env.OPENAI_BASE_URL,
          model: env.OPENAI_EMBEDDING_MODEL,
        }
      : null,
    github: githubToken
      ? {
          token: githubToken,
          writeToken: env.GITHUB_WRITE_TOKEN ?? null,
          apiUrl: env.GITHUB_API_URL,
          repos,
        }
      : null,
    kubernetes: team?.kubernetes
      ? {
          ...team.kubernetes,
          token: required(
            'KUBERNETES_TOKEN',
            env.KUBERNETES_TOKEN ?? env.KUBERNETES_WRITE_TOKEN,
            'kubernetes.url in sitrep.yaml names a cluster',
            'Every process reads deployments with it, but an executor, which only needs KUBERNETES_WRITE_TOKEN. Take the token of a service account with the role that README.md shows under Kubernetes, set it and start again; or take the cluster out of sitrep.yaml.',
          ),
          writeToken: env.KUBERNETES_WRITE_TOKEN ?? null,
        }
      : null,
    fly: flyToken
      ? {
          url: env.FLY_API_URL ?? 'https://api.machines.dev',
          token: flyToken,
          writeToken: env.FLY_WRITE_TOKEN ?? null,
        }
      : null,
    writeCredentials: writeCredentialsIn(environment, named),
    named,
    missing: named.filter(({ variable }) => !environment[variable]),
    prometheus: env.PROMETHEUS_URL ? { url: env.PROMETHEUS_URL } : null,
    flagSources: (team?.flagSources ?? []).map((source) =>
      'file' in source ? { ...source, file: resolve(file, '..', source.file) } : source,
    ),
    unleash: team?.flagSources.some((source) => 'unleash' in source)
      ? {
          url: required('UNLEASH_URL', env.UNLEASH_URL, 'sitrep.yaml names feature_flags in Unleash'),
          token: required(
            'UNLEASH_TOKEN',
            env.UNLEASH_TOKEN ?? env.UNLEASH_ADMIN_TOKEN,
            'sitrep.yaml names feature_flags in Unleash',
          ),
          writeToken: env.UNLEASH_ADMIN_TOKEN ?? null,
        }
      : null,
    http: (team?.http ?? []).map((template) => withHeaders(template, valueOf)),
    mcp: (team?.mcp ?? []).map((server) => withVariables(server, valueOf)),
    team,
    runbooks: team ? resolve(file, '..', team.runbooks) : null,
    knowledge: team ? knowledgeBeside(file, team.knowledge, githubToken) : null,
  };
}

/** Paths in sitrep.yaml are beside it. */
function knowledgeBeside(file: string, knowledge: Knowledge, token: string | undefined): Knowledge {
  if (knowledge.github.length > 0) required('GITHUB_TOKEN', token, 'sitrep.yaml names knowledge.github');
  return {
    ...knowledge,
    folders: knowledge.folders.map((path) => resolve(file, '..', path)),
    git: knowledge.git.map((one) => ({ ...one, path: resolve(file, '..', one.path) })),
  };
}

/** The services that Backstage knows. */
function fromBackstage(file: string, paths: readonly string[]): Service[] {
  return paths.flatMap((path) => {
    const place = resolve(file, '..', path);
    if (!existsSync(place)) {
      throw new ConfigError(`${file}: knowledge.backstage: there is no file ${place}. Correct the path.`);
    }
    const { services, problems } = backstageServices(path, readFileSync(place, 'utf8'));
    if (problems[0] !== undefined) throw new ConfigError(problems[0]);
    return services;
  });
}

function readSlack(env: Environment): Config['slack'] {
  if (!env.SLACK_BOT_TOKEN) return null;
  return {
    botToken: env.SLACK_BOT_TOKEN,
    signingSecret: required('SLACK_SIGNING_SECRET', env.SLACK_SIGNING_SECRET, 'SLACK_BOT_TOKEN is set'),
    appToken: env.SLACK_APP_TOKEN,
    apiUrl: env.SLACK_API_URL,
    channel: required('SLACK_CHANNEL', env.SLACK_CHANNEL, 'SLACK_BOT_TOKEN is set'),
  };
}

function required(
  variable: string,
  value: string | undefined,
  because: string,
  next = 'Set it and start again.',
): string {
  if (value) return value;
  throw new ConfigError(`${variable} is missing, but ${because}. ${next}`);
}

/** A random secret for a run that was given none. */
export function makeSecret(): string {
  return randomBytes(24).toString('base64url');
}
