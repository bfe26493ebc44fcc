// node bench/slack-ack.ts [--quick] [--json] [--roles web,intake,worker]
// Whether Slack is answered within its 3 s while everything else goes wrong: a flood of alerts comes in by a
// process of its own, PostgreSQL is frozen for 2 s again and again, and the model hangs. Exits with 1 where
// the 99th percentile is 500 ms or more, or the slowest answer took 3 s.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { signedForm } from '../test/support/slack-signer.ts';
import { freshTraffic } from './intake/traffic.ts';
import { webhookBody } from './rig/alerts.ts';
import { startCluster, whyNoCluster } from './rig/cluster.ts';
import { startLayout } from './rig/layout.ts';
import { closedLoop, isAcknowledged, percentile } from './rig/load.ts';
import { now, SLACK_ENVIRONMENT, startSlackRecorder } from './rig/slack.ts';
import { openStorage } from './rig/storage.ts';

// Ends by way of exit, where servers and processes that were started are stopped.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    roles: { type: 'string', default: 'intake,web,worker' },
  },
});
const SECONDS = flags.quick ? 15 : 60;
const PER_SECOND = 10;
const FREEZE_MS = 2000;
const why = whyNoCluster();
if (why) {
  console.log(JSON.stringify({ skipped: why }));
  process.exit(0);
}

const home = mkdtempSync(join(tmpdir(), 'sitrep-slack-ack-'));
const cluster = await startCluster();
const storage = await openStorage(cluster.url);
const slack = await startSlackRecorder();
// A model that takes the connection and never says a word.
const model = createServer(() => {});
await new Promise<void>((resolve) => model.listen(0, '127.0.0.1', resolve));
const layout = await startLayout({
  roles: flags.roles.split(','),
  home,
  databaseUrl: storage.url,
  slackApiUrl: slack.apiUrl,
  environment: {
    OPENAI_API_KEY: 'bench',
    OPENAI_BASE_URL: `http://127.0.0.1:${(model.address() as AddressInfo).port}/v1`,
  },
});
const web = layout.processes.find((one) => one.role === 'web') ?? layout.processes[0];

const took: number[] = [];
const failed: string[] = [];
let frozen = 0;
let accepted = 0;
try {
  const flow = freshTraffic('flood', new Date());
  const flood = closedLoop(layout.hook, {
    connections: 8,
    ms: SECONDS * 1000,
    body: (index) => webhookBody([flow(index)]),
  });
  const freezing = freezeAgainAndAgain(now() + SECONDS * 1000 - FREEZE_MS - 1000);
  const asking: Promise<void>[] = [];
  const began = now();
  for (let index = 0; index < SECONDS * PER_SECOND; index += 1) {
    const due = began + (index * 1000) / PER_SECOND;
    await pause(Math.max(0, due - now()));
    asking.push(ask(index, due));
  }
  await Promise.all([...asking, freezing]);
  accepted = (await flood).filter(isAcknowledged).length;
} finally {
  await layout.stop();
  await slack.stop();
  await storage.close();
  await cluster.remove();
  model.close();
  rmSync(home, { recursive: true, force: true });
}

const summary = {
  commands: took.length,
  failed: failed.length,
  slack_ack_p50_ms: percentile(took, 50),
  slack_ack_p99_ms: percentile(took, 99),
  slack_ack_max_ms: percentile(took, 100),
  frozen_times: frozen,
  flood_accepted_per_s: Math.round(accepted / SECONDS),
  roles: flags.roles,
};
for (const reason of new Set(failed)) console.error(reason);
console.log(flags.json ? JSON.stringify(summary) : summary);
if (failed.length > 0 || summary.slack_ack_p99_ms >= 500 || summary.slack_ack_max_ms >= 3000)
  process.exitCode = 1;

/** Sends one slash command as Slack signs it; its answer counts from when it was due. */
async function ask(index: number, due: number): Promise<void> {
  const { headers, body } = signedForm(
    {
      command: '/sitrep',
      text: index % 2 === 0 ? 'help' : 'incidents',
      user_id: 'U0ONCALL',
      user_name: 'on-call',
      team_id: 'T0BENCH',
      api_app_id: 'A0SITREP',
      channel_id: SLACK_ENVIRONMENT.SLACK_CHANNEL,
      trigger_id: `bench.${index}`,
      response_url: `${slack.apiUrl}response/${index}`,
    },
    undefined,
    SLACK_ENVIRONMENT.SLACK_SIGNING_SECRET,
  );
  try {
    const answer = await fetch(`${web?.url}/slack/events`, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(10_000),
    });
    await answer.text();
    took.push(now() - due);
    if (answer.status !== 200) failed.push(`HTTP ${answer.status}`);
  } catch (error) {
    took.push(now() - due);
    failed.push(String(error));
  }
}

/** Stops every process of the database where it stands for two seconds, every six. */
async function freezeAgainAndAgain(end: number): Promise<void> {
  while (now() < end) {
    await pause(4000);
    const pids = cluster.pids();
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    frozen += 1;
    await pause(FREEZE_MS);
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }
}
