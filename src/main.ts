import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { listen } from './adapters/http/server.ts';
import { makeDirectory } from './adapters/local/make-directory.ts';
import type { World } from './adapters/local/world/start.ts';
import { openInvestigator } from './adapters/openai/investigator.ts';
import { openJobs } from './adapters/postgres/jobs.ts';
import { endLeftLeases } from './adapters/postgres/leases.ts';
import { createButtonTokens } from './adapters/postgres/button-tokens.ts';
import { migrate } from './adapters/postgres/migrate.ts';
import { isUnavailable } from './adapters/postgres/database-error.ts';
import { openDatabase } from './adapters/postgres/open.ts';
import { createOutbox } from './adapters/postgres/outbox.ts';
import { knowledgeStore } from './adapters/postgres/knowledge/store.ts';
import { createRequestLog } from './adapters/postgres/slack-requests.ts';
import type { Database } from './adapters/postgres/sql.ts';
import { createStore, type Store } from './adapters/postgres/store/store.ts';
import { createSlackApp } from './adapters/slack/app.ts';
import { watchDatabase } from './adapters/slack/degraded.ts';
import { startDelivery } from './adapters/slack/deliver.ts';
import type { Reading } from './adapters/slack/desk.ts';
import { makeSecret, type Config } from './config.ts';
import type { Team } from './config/team-file.ts';
import { createCorrelator } from './correlate/correlator.ts';
import { indexDocument } from './enrich/retrieval/index-document.ts';
import type { JournalEntry } from './incident/journal.ts';
import { createLoop, type Loop } from './loop.ts';
import { assertOpens, auditSigner, auditVault } from './main/audit-keys.ts';
import { auditPlaces } from './main/audit-places.ts';
import { startCheckpoints } from './main/checkpoint-loop.ts';
import { slackAccess, startLocalWorld } from './main/local-world.ts';
import { startIngest } from './main/ingest-loop.ts';
import { knowledgeSources } from './main/knowledge-sources.ts';
import { openKnowledge } from './main/knowledge.ts';
import { connect } from './main/outside.ts';
import { changeSources, startChanges } from './main/changes-loop.ts';
import { ringPlacing, startPlacing } from './main/placing-loop.ts';
import { assertShared, duties, type Role } from './main/role.ts';
import { assertSeparate, saidOfWriting } from './main/separation.ts';
import { stopOutside } from './main/stop-file.ts';
import { postmortemFiles } from './main/postmortem-file.ts';
import { refitAll } from './loop/label.ts';
import { schedule } from './main/schedule.ts';
import { serve } from './main/serve.ts';
import { openUrgent } from './main/urgent-database.ts';
import { stepQueue } from './main/queue.ts';
import { withDemoKeys } from './main/demo-keys.ts';
import { teamOf } from './main/team.ts';
import { readingOver } from './main/reading.ts';
import { whenReachable } from './main/when-reachable.ts';
import { webhookAccess } from './main/webhook-access.ts';
import { webhookToken } from './main/webhook-token.ts';
import { messageOf } from './incident/text.ts';

/** The folder of the package. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const MIGRATIONS = join(ROOT, 'migrations');

/** Read at once; the demo has far fewer. */
const MOST_ENTRIES = 10_000;

export type StartOptions = {
  config: Config;
  role: Role;
  log: Logger;
  /** The database's schema; the demo plays in one of its own. */
  schema?: string;
  /** Told what takes long, in words for people. */
  onProgress: (text: string) => void;
};

export type Sitrep = {
  url: string;
  database: Database;
  loop: Loop;
  reading: Reading;
  /** Journal entries of all incidents, the oldest first. */
  entriesAfter(seq: number): Promise<JournalEntry[]>;
  /** Null where neither Slack's stand-in nor the demo shop runs. */
  world: World | null;
  webhook: { token: string; file: string | null };
  channel: string;
  people: Team['people'];
  /** What did not go well but does not keep Sitrep from working; plain sentences. */
  problems: string[];
  /** Takes nothing new, finishes what is running, and leaves nothing behind. */
  stop(): Promise<void>;
};

/**
 * Joins configuration, adapters, stages and loop, and starts them. Rejects with a sentence that says what
 * to do; whatever had been started by then is stopped again.
 */
export async function start(options: StartOptions): Promise<Sitrep> {
  const started: (() => Promise<unknown> | void)[] = [];
  const stop = async () => {
    for (const end of started.splice(0).reverse()) {
      try {
        await end();
      } catch (error) {
        options.log.warn({ err: error }, 'something could not be stopped cleanly');
      }
    }
  };
  try {
    return { ...(await assemble(options, (end) => started.push(end))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assemble(
  { config, role, log, schema, onProgress }: StartOptions,
  onStop: (end: () => Promise<unknown> | void) => void,
): Promise<Omit<Sitrep, 'stop'>> {
  assertShared(role, config);
  assertSeparate(role, config);
  const does = duties(role);
  makeHome(config.home);
  const team = config.team ?? withDemoKeys(teamOf(config), config.home);
  const vault = auditVault(config);
  // The port first: a busy one must be told before anything slow begins.
  const http = await listen(config);
  onStop(() => http.close());
  const webhook = webhookToken(config.webhooks.secrets.SITREP_WEBHOOK_TOKEN, config.home);
  const access = webhookAccess(config, webhook.tokens);
  const localSlack =
    config.slack || !(does.slack || does.work)
      ? null
      : { signingSecret: makeSecret(), botToken: `xoxb-${makeSecret()}` };

  const open = { url: config.databaseUrl, home: config.home, onProgress, ...(schema ? { schema } : {}) };
  const opening = whenReachable(() => openDatabase(open), onProgress);
  const worldStarting = startLocalWorld(config, team, http, webhook.token, localSlack);
  // Both are awaited together, so that a failure of one does not leave the other running unseen.
  const [opened, begun] = await Promise.allSettled([opening, worldStarting]);
  if (opened.status === 'fulfilled') onStop(() => opened.value.close());
  if (begun.status === 'fulfilled') onStop(() => begun.value?.stop());
  if (opened.status === 'rejected') throw opened.reason;
  if (begun.status === 'rejected') throw begun.reason;
  const database = opened.value;
  const world = begun.value;
  await migrate(database, MIGRATIONS, onProgress);
  await assertOpens(database, vault);
  await endLeftLeases(database);
  const urgent = await openUrgent(database, config.databaseUrl);
  onStop(() => urgent.close());
  let checkpoints: ReturnType<typeof startCheckpoints> | null = null;
  // Nearly last, so that the last entries are signed too.
  onStop(() => checkpoints?.stop());

  const jobs = await openJobs(database, { log });
  onStop(() => jobs.drain());
  const queue = stepQueue(jobs);
  const storeOver = (sql: Parameters<typeof createStore>[0]) =>
    createStore(sql, { vault, outsideStop: stopOutside(config.stop, config.home), enqueue: queue.enqueue });
  const transaction = <T>(work: (store: Store) => Promise<T>) => database.tx((sql) => work(storeOver(sql)));
  const urgentTransaction = <T>(work: (store: Store) => Promise<T>) =>
    urgent.tx((sql) => work(storeOver(sql)));
  const store = storeOver(database);

  const knowledge = openKnowledge(database, config.embeddings, log);
  const runbooks = knowledge.search;
  const outside = connect(config, world?.addresses ?? null, role, log);
  const loop = createLoop({
    transaction,
    urgentTransaction,
    ringPlacing: () => ringPlacing(urgent),
    isAway: isUnavailable,
    createCorrelator: () =>
      createCorrelator({ catalogue: team.catalogue, windowS: team.timing.correlationS }),
    catalogue: team.catalogue,
    onPlacingTrouble: (error) =>
      log.error({ err: error }, 'a batch of alerts could not be placed; going on one by one'),
    maintenance: team.maintenance,
    policy: team.policy,
    people: team.people,
    sources: {
      runbooks,
      archive: {
        similar: async (incident, names, question, limit) =>
          store.similar(incident, names, await knowledge.alike(question), limit),
        guilty: (incident) => store.guiltyCommits(incident.id),
      },
      changes: store,
      ...outside.sources,
    },
    world: outside.world,
    writable: outside.writable,
    investigator:
      config.model && does.work
        ? openInvestigator({
            ...config.model,
            timeoutMs: 60_000,
            log,
            lookups: outside.lookups(runbooks, store),
          })
        : null,
    publishPostmortem: postmortemFiles(config.home),
    settings: { access, ...team.timing, modelTokens: team.modelTokens, approvals: team.approvals },
  });
  const reading = readingOver(database, store, transaction, team.maintenance);

  const channel = config.slack?.channel ?? world?.addresses.slack?.channel ?? '';
  const writing = saidOfWriting(role, config);
  const problems: string[] = writing ? [writing] : [];
  const slack =
    does.slack || does.work
      ? createSlackApp({
          ...slackAccess(config, localSlack, world?.addresses ?? null),
          desk: loop,
          reading,
          requests: createRequestLog(database),
          tokens: createButtonTokens(database),
          via: localSlack ? 'console' : 'slack',
          log,
        })
      : null;
  if (slack && does.slack) {
    slack.start();
    onStop(() => slack.stop());
  }
  if (slack && does.work) {
    const ending = new AbortController();
    const patience = {
      now: () => new Date(),
      wait: (ms: number) => wait(ms, undefined, { ref: false, signal: ending.signal }),
      onPause: (until: Date) => log.warn({ until }, "GitHub's rate limit is used up; reading goes on then"),
    };
    const ingesting = await startIngest({
      database,
      store: knowledgeStore(database, indexDocument),
      sources: knowledgeSources(config, ROOT, database, vault, patience),
      log,
    });
    onStop(() => ingesting.stop());
    // A rate limit may last longer than anybody waits for a stop.
    onStop(() => ending.abort());
    problems.push(...ingesting.problems);
    onStop(knowledge.fill());
    const delivery = await startDelivery({
      outbox: createOutbox(urgent),
      reading,
      tokens: createButtonTokens(urgent),
      client: slack.client,
      channel,
      log,
    });
    onStop(() => delivery.stop());
    const watch = watchDatabase({ ping: () => urgent.query('select 1'), client: slack.client, channel, log });
    onStop(() => watch.stop());
    checkpoints = startCheckpoints({
      database: urgent,
      signer: auditSigner(config),
      places: auditPlaces(config.audit.places, slack.client),
      log,
    });
  }
  await queue.open(loop.run, does, {
    noteDead: (dead) => transaction((one) => one.noteDead(dead)),
    log,
  });
  if (does.work) {
    await schedule(jobs, {
      openDigest: () => transaction(async (one) => one.openDigest(await one.now())),
      refit: () => transaction(refitAll),
    });
    const placing = await startPlacing(urgent, loop.placing, log);
    onStop(() => placing.stop());
    const changes = startChanges({
      transaction,
      github: outside.github,
      follows: changeSources(team, outside.github?.repos ?? []),
      ...team.changes,
      log,
    });
    onStop(() => changes.stop());
  }
  serve(http, {
    hooks: does.hooks,
    loop,
    reading,
    people: team.people,
    access,
    slack: does.slack ? slack : null,
    database,
    urgent,
    world,
    mcpBlocked: outside.mcpBlocked,
    log,
  });
  // First of all when stopping: what comes now is sent elsewhere, or again.
  onStop(() => http.refuse());
  const entriesAfter = (seq: number) => store.journal(seq, null, MOST_ENTRIES);
  return {
    url: http.url,
    database,
    loop,
    reading,
    entriesAfter,
    world,
    webhook,
    channel,
    people: team.people,
    problems,
  };
}

function makeHome(home: string): void {
  try {
    makeDirectory(home);
  } catch (error) {
    const why = messageOf(error);
    throw new Error(
      `SITREP_HOME: ${home} cannot be used: ${why}. Make it writable, or set SITREP_HOME to a directory that is.`,
      { cause: error },
    );
  }
}
