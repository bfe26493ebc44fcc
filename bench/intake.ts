// npm run bench:intake -- [--json] [--quick] [--minutes N] [--roles all | web,worker] [--only open,first,capacity,storm,others]
// How many alerts a second are accepted with every one committed, how long an acknowledgement takes, and
// how long it takes until people see a new incident. With DATABASE_URL on a fresh database of that server,
// otherwise embedded. docs/benchmarks.md says what each figure means.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureOthers } from './intake/others.ts';
import { measureAcknowledgement, measureCapacity, measureFirstMessage, type Run } from './intake/phases.ts';
import { compareRecord } from './intake/record.ts';
import { measureStorm } from './intake/storm.ts';
import { startLayout } from './rig/layout.ts';
import { startSlackRecorder } from './rig/slack.ts';
import { openStorage } from './rig/storage.ts';

// Ends by way of exit, where servers and processes that were started are stopped.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '10' },
    roles: { type: 'string', default: 'all' },
    only: { type: 'string' },
    /** A folder for CPU profiles of Sitrep's processes. */
    profile: { type: 'string' },
    /** A folder in which Node-RED is installed already. */
    'node-red': { type: 'string' },
  },
});
const phases = (
  flags.only ?? (flags.quick ? 'open,first,capacity' : 'open,first,capacity,storm,others')
).split(',');
const wanted = (phase: string): boolean => phases.includes(phase);
const say = (text: string): void => console.error(text);
const roles = flags.roles.split(',');
const url = process.env['DATABASE_URL'] ?? '';
// The embedded database has one connection, so it is given a quarter of the flow.
const perSecond = url ? 100 : 25;
const seconds = flags.quick
  ? { warm: 2, open: 6, first: 10, closed: 6, quiet: 5 }
  : { warm: 5, open: 30, first: 60, closed: 15, quiet: 120 };

const figures: Record<string, number | string | boolean | null> = { lost: 0, doubled: 0 };
const report = (name: string, found: typeof figures): void => {
  Object.assign(figures, found);
  say(`${name}: ${JSON.stringify(found)}`);
};

if (['open', 'first', 'capacity'].some(wanted)) await withSitrep(everyday);
if (wanted('storm')) {
  await withSitrep(async (run) => {
    const perMinute = url ? 10_000 : 1_000;
    report('storm', await measureStorm(run, { perMinute, minutes: Number(flags.minutes) }));
  });
}
if (wanted('others')) {
  const ms = seconds.closed * 1000;
  report('others', await measureOthers({ ms, perSecond: 100, nodeRed: flags['node-red'], say }));
  for (const other of ['alertmanager', 'node_red']) {
    const theirs = figures[`${other}_accepted_per_s`];
    const ours = figures['accepted_per_s'];
    if (typeof theirs === 'number' && typeof ours === 'number')
      report('ratio', { [`accepted_ratio_to_${other}`]: Math.round((ours / theirs) * 100) / 100 });
  }
}
console.log(flags.json ? JSON.stringify(figures) : figures);

/** What is measured on a Sitrep that has an ordinary day. */
async function everyday(run: Run): Promise<void> {
  await measureAcknowledgement(run, { prefix: 'warm', perSecond: perSecond / 2, ms: seconds.warm * 1000 });
  report('quiet after warming up', { warm_quiet_ms: await run.layout.quiet(seconds.quiet * 1000) });
  const flow = (ms: number) => ({ prefix: `flow-${ms}`, perSecond, ms });
  if (wanted('open'))
    report(`ack at ${perSecond}/s`, await measureAcknowledgement(run, flow(seconds.open * 1000)));
  if (wanted('first')) report('first message', await measureFirstMessage(run, flow(seconds.first * 1000)));
  if (wanted('capacity'))
    report('closed loop', await measureCapacity(run, { connections: 16, ms: seconds.closed * 1000 }));
  report('quiet afterwards', { quiet_ms: await run.layout.quiet(seconds.quiet * 1000) });
  report('process', { rss_peak_mb: run.layout.usage().peakMb });
}

/** Runs phases on a Sitrep with a fresh database, and then holds the record against what was acknowledged. */
async function withSitrep(work: (run: Run) => Promise<void>): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'sitrep-bench-'));
  const storage = await openStorage(url || undefined);
  const slack = await startSlackRecorder();
  const layout = await startLayout({
    roles,
    home,
    databaseUrl: storage.url,
    slackApiUrl: slack.apiUrl,
    nodeArguments: flags.profile ? ['--cpu-prof', `--cpu-prof-dir=${flags.profile}`] : [],
  });
  const run: Run = { layout, slack, acknowledged: new Set(), startsAt: new Date() };
  say(`Storage: ${storage.name}. Processes: ${roles.join(', ')}.`);
  try {
    await work(run);
  } finally {
    await layout.stop();
  }
  const { lost, doubled, rows } = await compareRecord(storage, join(home, `0-${roles[0]}`), run.acknowledged);
  const ids = slack.posts.flatMap((post) => post.id ?? []);
  const messagesTwice = ids.length - new Set(ids).size;
  report('record', {
    lost: Number(figures['lost']) + lost,
    doubled: Number(figures['doubled']) + doubled + messagesTwice,
    rows,
    storage: storage.name,
    roles: flags.roles,
  });
  await slack.stop();
  await storage.close();
  rmSync(home, { recursive: true, force: true });
}
