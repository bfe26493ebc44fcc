import { DirectoryLocked } from '../adapters/postgres/lock.ts';
import { openDatabase } from '../adapters/postgres/open.ts';
import { checkpointStore } from '../adapters/postgres/store/checkpoints.ts';
import { changeStore } from '../adapters/postgres/store/changes.ts';
import { prometheusClient } from '../adapters/prometheus/client.ts';
import { blockedText, type McpServer } from '../adapters/mcp/server.ts';
import { readConfig, type Config } from '../config.ts';
import { assertOpens, auditSigner, auditVault } from '../main/audit-keys.ts';
import { configuredMcp } from '../main/mcp.ts';
import { stopOutside } from '../main/stop-file.ts';
import { duties, type Role } from '../main/role.ts';
import { webhookAccess } from '../main/webhook-access.ts';
import { readiness } from '../receive/sources.ts';
import { credentialsFit } from './doctor-credentials.ts';
import { knowledgeIsReadable } from './doctor-knowledge.ts';
import { absent, outsideAnswers, type Check } from './doctor-outside.ts';
import { approversOf } from '../incident/person.ts';
import { messageOf } from '../incident/text.ts';

/** Checks the configuration and whatever it names, one line each. Exits 1 where something is wrong. */
export async function doctorCommand(role: Role): Promise<void> {
  const config = readConfig(process.env, process.cwd());
  console.log(
    `ok    configuration: ${config.team ? `${config.team.catalogue.size} services, ${config.team.people.length} people` : 'no sitrep.yaml, the demo would run'}`,
  );
  const stopped = stopOutside(config.stop, config.home)();
  if (stopped) console.log(`NOTE  all actions are stopped: ${stopped.why}`);
  if (config.team && approversOf(config.team.people, null).length === 0) {
    console.log(
      'NOTE  approvals: nobody may approve, so no proposal that needs a person will ever run; give somebody “may_approve: true” below people in sitrep.yaml',
    );
  }
  console.log(`ok    webhooks: ${webhooks(config)}`);
  for (const check of checks(config, role)) {
    try {
      console.log(`ok    ${check.name}: ${await check.run()}`);
    } catch (error) {
      // That is how it should be while Sitrep runs; only it can be asked then.
      if (error instanceof DirectoryLocked) {
        const running = `http://127.0.0.1:${config.port}/readyz`;
        console.log(`NOTE  ${check.name}: in use by a running Sitrep; ${running} says how it is`);
        continue;
      }
      process.exitCode = 1;
      console.log(`WRONG ${check.name}: ${messageOf(error)}`);
    }
  }
}

/** Which alert sources can be taken, and what the others wait for. */
function webhooks(config: Config): string {
  const configured = config.webhooks.secrets.SITREP_WEBHOOK_TOKEN;
  // A start makes a token where none is set.
  const access = webhookAccess(config, configured.length > 0 ? configured : ['made at start']);
  const all = readiness(access);
  const ready = all.flatMap(({ name, missing }) => (missing ? [] : [name]));
  const others = all.flatMap(({ name, missing }) => (missing ? [`${name} waits for ${missing}`] : []));
  return [`${ready.join(', ')} can send`, ...others].join('; ');
}

function checks(config: Config, role: Role): Check[] {
  const { slack, github, prometheus, model, embeddings, team } = config;
  const found: Check[] = [
    { name: 'credentials', run: async () => credentialsFit(config, role) },
    { name: 'database', run: () => database(config) },
    { name: 'audit', run: () => auditIsCopied(config) },
    { name: 'knowledge', run: () => knowledgeIsReadable(config) },
  ];
  found.push(slack ? { name: 'Slack', run: () => slackAnswers(slack) } : absent('Slack', 'SLACK_BOT_TOKEN'));
  found.push(...outsideAnswers(config, role));
  if (github) found.push({ name: 'changes', run: () => changesAreFresh(config) });
  found.push(
    prometheus
      ? {
          name: 'Prometheus',
          async run() {
            const signals = [...(team?.catalogue.values() ?? [])].flatMap((service) => service.signals);
            const client = prometheusClient({ url: prometheus.url, timeoutMs: 5000 });
            for (const signal of signals) await client.instant(signal.query);
            return `${signals.length} signals can be queried`;
          },
        }
      : absent('Prometheus', 'PROMETHEUS_URL'),
  );
  found.push(model ? { name: 'model', run: () => modelAnswers(model) } : absent('model', 'OPENAI_API_KEY'));
  found.push(
    embeddings
      ? { name: 'embeddings', run: () => embeddingsAnswer(embeddings) }
      : absent('embeddings', 'OPENAI_EMBEDDING_MODEL'),
  );
  for (const { config: server, full, reading } of configuredMcp(config, { warn: () => {} })) {
    const name = `MCP ${server.name}`;
    const asked = duties(role).execute ? (full ?? reading) : reading;
    found.push(
      asked
        ? { name, run: () => mcpIsPinned(asked) }
        : { name, run: async () => 'not asked in this role: it lacks a credential to read with' },
    );
  }
  return found;
}

async function mcpIsPinned(server: McpServer): Promise<string> {
  const { tools, blocked } = await server.look();
  if (blocked.length > 0)
    throw new Error(blocked.map((one) => blockedText(server.config.name, one)).join(' '));
  return `${tools.length} tools are as they were pinned`;
}

async function database({ databaseUrl, home }: Config): Promise<string> {
  const opened = await openDatabase({ url: databaseUrl, home });
  try {
    await opened.query('select 1');
    return opened.kind === 'server' ? 'the server answers and has pgvector' : `embedded, in ${home}`;
  } finally {
    await opened.close();
  }
}

/** Whether the record can be sealed and signed, and whether every place has its copies of the checkpoints. */
async function auditIsCopied(config: Config): Promise<string> {
  const vault = auditVault(config);
  const { key } = auditSigner(config);
  const opened = await openDatabase({ url: config.databaseUrl, home: config.home });
  try {
    const { rows } = await opened.query<{ there: boolean }>(
      `select to_regclass('audit_place') is not null as there`,
    );
    if (!rows[0]?.there) return `nothing was recorded yet; checkpoints will be signed with ${key}`;
    await assertOpens(opened, vault);
    const states = await checkpointStore(opened).placeStates();
    const troubles = states.flatMap(({ place, problem, failingSince }) =>
      problem ? [`${place} has taken no copy since ${failingSince?.toISOString()}: ${problem}`] : [],
    );
    if (troubles.length > 0) throw new Error(troubles.join(' '));
    return `signed with ${key}, copied to ${states.map(({ place }) => place).join(', ') || 'no place yet'}`;
  } finally {
    await opened.close();
  }
}

const LATE_MS = 15 * 60_000;

/** How far the record of changes is behind; what a token lacks is said here, not only in the log. */
async function changesAreFresh({ databaseUrl, home }: Config): Promise<string> {
  const opened = await openDatabase({ url: databaseUrl, home });
  try {
    const { rows } = await opened.query<{ there: boolean }>(
      `select to_regclass('change_cursor') is not null as there`,
    );
    const states = rows[0]?.there ? await changeStore(opened).changeStates() : [];
    if (states.length === 0) return 'nothing was read yet; “sitrep start” begins with it';
    const troubles = states.flatMap(({ repo, knownUntil, problem }) => {
      if (problem) return `${repo}: ${problem}`;
      const late = !knownUntil || Date.now() - knownUntil.getTime() > LATE_MS;
      return late
        ? `${repo} is known up to ${knownUntil?.toISOString() ?? 'nothing'}; is a worker running?`
        : [];
    });
    if (troubles.length > 0) throw new Error(troubles.join(' '));
    return `${states.length} repositories are up to date`;
  } finally {
    await opened.close();
  }
}

async function slackAnswers(slack: NonNullable<Config['slack']>): Promise<string> {
  const { webApi } = await import('@slack/bolt');
  const { clientOptions } = await import('../adapters/slack/client.ts');
  const client = new webApi.WebClient(slack.botToken, {
    ...clientOptions(slack),
    logLevel: webApi.LogLevel.ERROR,
  });
  const answer = await client.auth.test();
  return `signed in as ${answer.user ?? 'the bot'} in ${answer.team ?? 'the workspace'}`;
}

async function modelAnswers({ apiKey, baseUrl, model }: NonNullable<Config['model']>): Promise<string> {
  const { OpenAI } = await import('openai');
  const client = new OpenAI({ apiKey, baseURL: baseUrl ?? null, maxRetries: 0, timeout: 10_000 });
  for await (const known of client.models.list()) {
    if (known.id === model) return `${model} is there`;
  }
  throw new Error(`the server does not list ${model}; set OPENAI_MODEL to one that it has`);
}

async function embeddingsAnswer(embeddings: NonNullable<Config['embeddings']>): Promise<string> {
  const { openEmbeddings } = await import('../adapters/openai/embeddings.ts');
  const [vector = []] = await openEmbeddings({ ...embeddings, timeoutMs: 10_000 })(['Does this arrive?']);
  return `${embeddings.model} gives vectors of ${vector.length} numbers`;
}
