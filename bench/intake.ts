// npm run bench:intake -- [--json] [--quick] [--minutes N] [--roles all | web,worker] [--only capacity,…]
// How many alerts a second are accepted with every one committed, how long an acknowledgement takes, and
// how long it takes until people see a new incident. With DATABASE_URL on a fresh database of that server,
// otherwise embedded. docs/benchmarks.md says what each figure means.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureAcknowledgement, measureCapacity, measureFirstMessage, type Run } from './intake/phases.ts';
import { compareRecord } from './intake/record.ts';
import { startLayout } from './rig/layout.ts';
import { startSlackRecorder } from './rig/slack.ts';
import { openStorage } from './rig/storage.ts';

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '10' },
    roles: { type: 'string', default: 'all' },
    only: { type: 'string' },
    /** A folder for CPU profiles of Sitrep's processes. */
    profile: { type: 'string' },
  },
});
const wanted = (phase: string): boolean => !flags.only || flags.only.split(',').includes(phase);
const say = (text: string): void => console.error(text);

const home = mkdtempSync(join(tmpdir(), 'sitrep-bench-'));
const storage = await openStorage(process.env['DATABASE_URL']);
const slack = await startSlackRecorder();
const roles = flags.roles.split(',');
const layout = await startLayout({
  roles,
  home,
  databaseUrl: storage.url,
  slackApiUrl: slack.apiUrl,
  nodeArguments: flags.profile ? ['--cpu-prof', `--cpu-prof-dir=${flags.profile}`] : [],
});
const run: Run = { layout, slack, acknowledged: new Set(), startsAt: new Date() };
say(`Storage: ${storage.name}. Processes: ${roles.join(', ')}.`);

const figures: Record<string, number | string | null> = {};
const report = (name: string, found: Record<string, number | string | null>): void => {
  Object.assign(figures, found);
  say(`${name}: ${JSON.stringify(found)}`);
};

const s = flags.quick
  ? { warm: 2, closed: 6, open: 6, first: 10, quiet: 8 }
  : { warm: 4, closed: 15, open: 30, first: 60, quiet: 120 };
try {
  if (wanted('first') || wanted('open')) {
    await measureAcknowledgement(run, { perSecond: 50, ms: s.warm * 1000 });
    report('quiet after warming up', { warm_quiet_ms: await layout.quiet(s.quiet * 1000) });
  }
  if (wanted('open'))
    report('ack at 100/s', await measureAcknowledgement(run, { perSecond: 100, ms: s.open * 1000 }));
  if (wanted('first'))
    report('first message', await measureFirstMessage(run, { perSecond: 100, ms: s.first * 1000 }));
  if (wanted('capacity'))
    report('closed loop', await measureCapacity(run, { connections: 16, ms: s.closed * 1000 }));
  report('quiet afterwards', { quiet_ms: await layout.quiet(s.quiet * 1000) });
  report('process', { rss_peak_mb: layout.usage().peakMb });
} finally {
  await layout.stop();
}
const ids = slack.posts.flatMap((post) => post.id ?? []);
report('record', {
  ...(await compareRecord(storage, join(home, `0-${roles[0]}`), run.acknowledged)),
  acknowledged: run.acknowledged.size,
  messages_doubled: ids.length - new Set(ids).size,
});
await slack.stop();
await storage.close();
rmSync(home, { recursive: true, force: true });
console.log(JSON.stringify({ ...figures, storage: storage.name, roles: flags.roles }));
