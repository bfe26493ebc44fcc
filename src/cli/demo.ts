import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '../adapters/local/make-directory.ts';
import { lockDirectory } from '../adapters/postgres/lock.ts';
import { openDatabase } from '../adapters/postgres/open.ts';
import { quoteName } from '../adapters/postgres/sql.ts';
import { readConfig, type Config } from '../config.ts';
import { incidentName } from '../incident/incident.ts';
import type { IncidentView } from '../incident/view.ts';
import { start, type Sitrep } from '../main.ts';
import { demoPrinter, type DemoPrinter, type DemoResult } from './demo-printer.ts';
import { createLogger } from './logger.ts';
import { messageOf } from '../incident/text.ts';

const SCHEMA = 'sitrep_demo';
/** The whole story must have ended by then. */
const DEADLINE_MS = 120_000;

/** A step of the story that did not come true. */
class StepFailed extends Error {
  override name = 'StepFailed';
  readonly step: string;
  constructor(step: string, message: string) {
    super(message);
    this.step = step;
  }
}

/** Plays the story unattended in a state of its own. Exits 0 only if the shop has really recovered. */
export async function demoCommand(json: boolean): Promise<void> {
  const print = demoPrinter(json);
  let sitrep: Sitrep | null = null;
  try {
    const config = await freshState();
    print.step('Starting Sitrep and the demo shop');
    sitrep = await start({
      config,
      role: 'all',
      log: createLogger('error'),
      schema: SCHEMA,
      onProgress: print.note,
    });
    print.result(await play(sitrep, print));
  } catch (error) {
    const message = messageOf(error);
    print.failed(error instanceof StepFailed ? error.step : 'start', message);
    process.exitCode = 1;
  }
  await sitrep?.stop();
  process.exit();
}

/** The demo's own home and schema, emptied; nothing of a real installation is touched. */
async function freshState(): Promise<Config> {
  const given = readConfig(
    { ...process.env, SLACK_BOT_TOKEN: '', SITREP_CONFIG: '', SITREP_WEBHOOK_TOKEN: '' },
    process.cwd(),
  );
  const home = join(given.home, 'demo');
  const config: Config = {
    ...given,
    home,
    port: process.env['PORT'] ? given.port : 0,
    stop: false,
    slack: null,
    github: null,
    kubernetes: null,
    fly: null,
    prometheus: null,
    flagSources: [],
    unleash: null,
    http: [],
    mcp: [],
    team: null,
    runbooks: null,
    // Nothing of the demo's record outlives it.
    audit: { keys: [randomBytes(32)], signingSeed: undefined, places: [] },
  };
  if (config.databaseUrl) {
    const database = await openDatabase({ url: config.databaseUrl, home, schema: SCHEMA });
    await database.query(
      `drop schema if exists ${quoteName(SCHEMA)} cascade; drop schema if exists ${quoteName(`${SCHEMA}_jobs`)} cascade`,
    );
    await database.close();
  } else {
    // The lock first, so that the state of a demo that still runs is not removed from under it.
    const directory = join(home, 'database');
    makeDirectory(directory);
    lockDirectory(directory).release();
  }
  rmSync(home, { recursive: true, force: true });
  return config;
}

async function play(sitrep: Sitrep, print: DemoPrinter): Promise<DemoResult> {
  const { world, reading } = sitrep;
  const approver = sitrep.people.find((person) => person.mayApprove);
  if (!world?.addresses.shop || !approver) throw new StepFailed('start', 'the demo shop did not start');
  const stopFollowing = await follow(sitrep, print);
  const view = async (): Promise<IncidentView | null> => {
    const [first] = await reading.latest(100).then((all) => all.slice(-1));
    return first ? reading.view(first.id) : null;
  };
  const until = waitUntil(performance.now() + DEADLINE_MS);

  print.step('Waiting until the shop serves its customers');
  await until('healthy shop', () => isHealthy(world.addresses.shop?.prometheusUrl ?? ''));
  print.step('Breaking the shop: a defective release of pricing is rolled out');
  await world.breakShop();
  print.step('Waiting for the first alert and the proposals');
  const best = await until('proposal', async () => {
    const { proposals = [] } = (await view()) ?? {};
    const first = proposals.find((one) => one.rank === 1 && one.state === 'proposed');
    return first && (await shownAt(sitrep, `proposal:${first.id}`)) ? first : null;
  });
  print.step(`Approving as ${approver.name}: ${best.title}`);
  await until('approval', async () => {
    // A card that is being replaced at this moment is pressed again in its new form.
    const proposal = ((await view())?.proposals ?? []).find(
      (one) => one.rank === 1 && one.state === 'proposed',
    );
    if (proposal) await world.press(approver.slackId, `approve:${proposal.id}`).catch(() => undefined);
    return ((await view())?.proposals ?? []).some((one) => one.decidedBy === approver.slackId);
  });
  print.step('Waiting until the effect is verified');
  const acted = await until('verification', async () => {
    const found = (await view())?.proposals.find((one) => one.decidedBy === approver.slackId);
    if (found && ['failed', 'inconclusive', 'unknown', 'superseded'].includes(found.state)) {
      throw new StepFailed('verification', `${found.title} ended as ${found.state}`);
    }
    return found?.state === 'succeeded' ? found : null;
  });
  print.step('Waiting for the postmortem draft');
  const drafted = await until('postmortem', async () =>
    (await view())?.journal.find((entry) => entry.kind === 'postmortem.drafted'),
  );
  await until('recovered shop', () => isHealthy(world.addresses.shop?.prometheusUrl ?? ''));
  const last = await view();
  if (!last) throw new StepFailed('postmortem', 'the incident is gone');
  await until('postmortem in Slack', () => shownAt(sitrep, 'postmortem'));
  await stopFollowing();
  const received = Math.min(...last.alerts.map((alert) => alert.receivedAt.getTime()));
  const thread = await shownAt(sitrep, 'summary');
  const proposal = await shownAt(sitrep, `proposal:${best.id}`);
  return {
    result: 'ok',
    incident: incidentName(last.incident.id),
    alert_to_thread_ms: Math.round((thread ?? NaN) - received),
    alert_to_proposal_ms: Math.round((proposal ?? NaN) - received),
    approve_to_effect_ms: await effectMs(sitrep, acted.id),
    recovered: true,
    postmortem: drafted.kind === 'postmortem.drafted' ? drafted.file : '',
  };
}

/** Prints each journal entry as it happens. */
async function follow({ database, entriesAfter }: Sitrep, print: DemoPrinter): Promise<() => Promise<void>> {
  let seen = 0;
  let reading: Promise<void> = Promise.resolve();
  const look = () => {
    reading = reading.then(async () => {
      for (const entry of await entriesAfter(seen)) {
        seen = entry.seq;
        print.entry(entry);
      }
    });
  };
  const stop = await database.listen(`${database.schema}_journal`, look);
  return async () => {
    await stop();
    look();
    await reading;
  };
}

function waitUntil(deadline: number) {
  return async <T>(step: string, look: () => Promise<T>): Promise<NonNullable<Exclude<T, false>>> => {
    for (;;) {
      const found = await look();
      if (found) return found as NonNullable<Exclude<T, false>>;
      if (performance.now() > deadline)
        throw new StepFailed(step, `it did not happen within ${DEADLINE_MS / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
}

/** Whether every service answers, hardly any request fails and none is slow, by the shop's own metrics. */
async function isHealthy(prometheusUrl: string): Promise<boolean> {
  const { prometheusClient } = await import('../adapters/prometheus/client.ts');
  const client = prometheusClient({ url: prometheusUrl, timeoutMs: 2000 });
  const [rate, errors, latency, alerts] = await Promise.all([
    client.instant('service:requests:rate'),
    client.instant('service:request_errors:ratio'),
    client.instant('service:request_latency_seconds:p95'),
    client.instant('up'),
  ]);
  const served = ['storefront', 'checkout', 'pricing'].every((service) =>
    rate.some((sample) => sample.labels['service'] === service && sample.value > 0.2),
  );
  return (
    served &&
    errors.every((sample) => sample.value < 0.05) &&
    latency.every((sample) => sample.value < 0.5) &&
    alerts.every((sample) => sample.value === 1)
  );
}

/** When a message was first shown in Slack, in milliseconds since 1970, by the database's clock; null before. */
async function shownAt({ database }: Sitrep, slot: string): Promise<number | null> {
  const { rows } = await database.query<{ at: Date | null }>(
    `select first_shown_at as at from message where slot = $1 order by incident_id limit 1`,
    [slot],
  );
  return rows[0]?.at?.getTime() ?? null;
}

async function effectMs({ database }: Sitrep, proposalId: string): Promise<number> {
  const { rows } = await database.query<{ ms: number }>(
    `select (extract(epoch from effect_at - decided_at) * 1000)::int as ms from proposal where id = $1`,
    [proposalId],
  );
  return rows[0]?.ms ?? NaN;
}
