import { z } from 'zod';
import { ConfigError } from './yaml-file.ts';

// An empty variable is an absent one: that is how container platforms unset things.
const text = z.preprocess((value) => (value === '' ? undefined : value), z.string().optional());
const url = z.preprocess((value) => (value === '' ? undefined : value), z.url().optional());

/** One secret, or two with a comma between them while one is being replaced by the other. */
const secrets = z
  .string()
  .default('')
  .transform(listOf)
  .refine((all) => all.length <= 2, 'at most two values, separated by a comma');

/** 32 random bytes, as “openssl rand -base64 32” prints them. */
const key = z
  .base64()
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((bytes) => bytes.length === 32, '32 bytes in base64; “openssl rand -base64 32” makes them');

const environmentSchema = z.object({
  /** PostgreSQL with pgvector 0.8 or newer. Absent: an embedded database in SITREP_HOME. */
  DATABASE_URL: text,
  /** Bot token (xoxb-…). Without it a local stand-in for Slack is started, shown in the local console. */
  SLACK_BOT_TOKEN: text,
  /** From the Slack app's “Basic Information”; proves that a request comes from Slack. */
  SLACK_SIGNING_SECRET: text,
  /** App-level token (xapp-…) for Socket Mode, where Slack cannot reach this host. */
  SLACK_APP_TOKEN: text,
  /** Another Slack Web API, for tests and stand-ins. */
  SLACK_API_URL: url,
  /** Channel id that incidents are posted to. */
  SLACK_CHANNEL: text,
  /** Any OpenAI-compatible server. Absent: no model is asked; everything else works. */
  OPENAI_API_KEY: text,
  OPENAI_BASE_URL: url,
  OPENAI_MODEL: text,
  /** Absent: knowledge is searched by words alone. */
  OPENAI_EMBEDDING_MODEL: text,
  /** Where embeddings come from another server than the model's; then only the key given here goes there. */
  OPENAI_EMBEDDING_BASE_URL: url,
  OPENAI_EMBEDDING_API_KEY: text,
  /** A token that may read the repositories; with role all also open pull requests, where no other is given for that. */
  GITHUB_TOKEN: text,
  /** A token that may open and close pull requests; only for the roles executor and all. */
  GITHUB_WRITE_TOKEN: text,
  GITHUB_API_URL: url,
  /** Comma-separated owner/name; other repositories are never asked for. */
  GITHUB_REPOS: text,
  /** Bearer token of the cluster in sitrep.yaml that may read; with role all it also writes where no other is given. */
  KUBERNETES_TOKEN: text,
  /** Bearer token that may change deployments; only for the roles executor and all. */
  KUBERNETES_WRITE_TOKEN: text,
  /** A token that may read the apps in sitrep.yaml; with role all it also writes where no other is given. */
  FLY_API_TOKEN: text,
  /** A deploy token of these apps; only for the roles executor and all. */
  FLY_WRITE_TOKEN: text,
  /** Another Machines API, for tests and stand-ins. */
  FLY_API_URL: url,
  PROMETHEUS_URL: url,
  /** The Unleash in which sitrep.yaml names projects. */
  UNLEASH_URL: url,
  /** A token that may read flags and events there; with role all it also writes where no other is given. */
  UNLEASH_TOKEN: text,
  /** A token that may also switch flags; only for the roles executor and all. */
  UNLEASH_ADMIN_TOKEN: text,
  /** The address to listen on. Only loopback unless set. */
  HOST: text,
  PORT: z.preprocess(
    (value) => (value === '' ? undefined : value),
    z.coerce.number().int().min(0).max(65_535).default(3000),
  ),
  /** Where the embedded database, the demo's state and postmortem drafts live. */
  SITREP_HOME: text,
  /** What alert sources that sign nothing must send as their bearer token, or as a basic password. */
  SITREP_WEBHOOK_TOKEN: secrets,
  /** What Grafana signs with, where it does; PagerDuty's, Sentry's and GitHub's are what they sign with. */
  GRAFANA_WEBHOOK_SECRET: secrets,
  PAGERDUTY_WEBHOOK_SECRET: secrets,
  SENTRY_CLIENT_SECRET: secrets,
  GITHUB_WEBHOOK_SECRET: secrets,
  /** Comma-separated ARNs of the SNS topics whose messages are taken. */
  SNS_TOPIC_ARNS: text,
  /** Seals what the record says: 32 bytes in base64. While it is replaced, the new one and the old one. */
  SITREP_AUDIT_KEY: secrets.pipe(z.array(key)),
  /** Signs the record's checkpoints: 32 bytes in base64. */
  SITREP_AUDIT_SIGNING_KEY: z.preprocess((value) => (value === '' ? undefined : value), key.optional()),
  /** 1 stops all actions, whatever the database says. */
  SITREP_STOP: text,
  /** Another place for sitrep.yaml. */
  SITREP_CONFIG: text,
});

export type Environment = z.infer<typeof environmentSchema>;

/** Throws `ConfigError` for the first variable that cannot be used; never repeats its value. */
export function readEnvironment(environment: NodeJS.ProcessEnv): Environment {
  const parsed = environmentSchema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ConfigError(
    `${String(issue?.path[0])}: ${issue?.message}. Correct the environment variable and start again.`,
  );
}

/** The parts of a text between its commas. */
export function listOf(text: string): string[] {
  return text.split(',').flatMap((one) => one.trim() || []);
}
