// node bench/hostile.ts [--bodies 100000] [--seed 1] [--json]: starts the whole program on the embedded
// database and sends it hostile requests over raw sockets, among them slow senders and endless chunked
// bodies, while a well-behaved sender goes on with its alerts. Prints what became of both.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openDatabase } from '../src/adapters/postgres/open.ts';
import { endless, hostileRequests } from '../test/support/hostile.ts';
import { exchange, post } from '../test/support/raw-http.ts';

const { values } = parseArgs({
  options: {
    bodies: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const BODIES = Number(values.bodies);
const SENDERS = 8;
/** A slow sender and an endless body for so many other requests. */
const SLOW_EVERY = 500;
const ENDLESS_EVERY = 1000;
const HANG_MS = 5000;
const GOOD_EVERY_MS = 50;
/** How often the good sender repeats an alert; what is new costs the program more than its intake. */
const REPEATS = 10;
const WARM_UP_S = 10;
const CALM_S = 30;
const TOKEN = 'bench-token';

const home = mkdtempSync(join(tmpdir(), 'sitrep-hostile-'));
writeFileSync(join(home, 'sitrep.yaml'), 'services: { good: {}, hostile: {} }\n');
const child = spawn(process.execPath, ['src/cli.ts', 'start'], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: {
    ...process.env,
    DATABASE_URL: '',
    SITREP_HOME: home,
    SITREP_CONFIG: join(home, 'sitrep.yaml'),
    SITREP_WEBHOOK_TOKEN: TOKEN,
    SITREP_LOG: 'error',
    PORT: '0',
  },
});
let crashes = 0;
let stopping = false;
child.once('exit', () => {
  if (!stopping) crashes += 1;
});
const port = Number(new URL(await ready(child)).port);

const acknowledged: string[] = [];
let refused = 0;
const latencies: number[] = [];
let goodOn = true;
const startsAt = new Date().toISOString();
const wellBehaved = (async () => {
  for (let i = 0; goodOn; i += 1) {
    const due = pause(GOOD_EVERY_MS);
    const fingerprint = `good-${Math.floor(i / REPEATS)}`;
    const body = Buffer.from(
      JSON.stringify({
        name: 'Good',
        service: 'good',
        fingerprint,
        startsAt,
      }),
    );
    const answer = await exchange(port, [post('/hooks/json', headers(body.length)), body]);
    latencies.push(answer.ms);
    if (answer.status === 200) acknowledged.push(fingerprint);
    else refused += 1;
    await due;
  }
})();

// The memory of a program that has just started grows by itself for a while: measured, to be set against.
await pause(WARM_UP_S * 1000);
const rssWarm = residentMb();
await pause(CALM_S * 1000);
const before = latencies.splice(0);
const rssBefore = residentMb();
let rssHighest = rssBefore;
const watching = setInterval(() => (rssHighest = Math.max(rssHighest, residentMb())), 200);

const next = hostileRequests(Number(values.seed), TOKEN);
const answers = new Map<string, number>();
let sent = 0;
let hangs = 0;
const aside: Promise<unknown>[] = [];
const began = performance.now();
const attack = async () => {
  while (sent < BODIES && crashes === 0) {
    sent += 1;
    if (sent % SLOW_EVERY === 0) aside.push(slow(sent % (2 * SLOW_EVERY) === 0));
    if (sent % ENDLESS_EVERY === 0) aside.push(exchange(port, endless(TOKEN, 100)).then(count));
    const { parts, hangUp = false } = next();
    const answer = await exchange(port, parts, { hangUp });
    if (answer.ms > HANG_MS) hangs += 1;
    count(answer);
  }
};
await Promise.all(Array.from({ length: SENDERS }, attack));
await Promise.all(aside);
const seconds = (performance.now() - began) / 1000;
const during = latencies.splice(0);
await pause(2000);
goodOn = false;
await wellBehaved;
clearInterval(watching);
const rssAfter = residentMb();

stopping = true;
child.kill('SIGTERM');
await new Promise((resolve) => (child.exitCode === null ? child.once('exit', resolve) : resolve(null)));
const kept = await keptOf();
const lost = acknowledged.filter((fingerprint) => !kept.has(fingerprint)).length;
rmSync(home, { recursive: true, force: true });

const figures = {
  bodies: sent,
  seconds: Math.round(seconds),
  crashes,
  hangs_over_5s: hangs,
  rss_mb_grown_in_30s_of_calm: rssBefore - rssWarm,
  rss_mb_before: rssBefore,
  rss_mb_highest: rssHighest,
  rss_mb_after: rssAfter,
  good_acknowledged: acknowledged.length,
  good_refused: refused,
  good_lost: lost,
  good_p50_ms_before: quantile(before, 0.5),
  good_p99_ms_before: quantile(before, 0.99),
  good_p50_ms_during: quantile(during, 0.5),
  good_p99_ms_during: quantile(during, 0.99),
  answers: Object.fromEntries([...answers].sort(([a], [b]) => a.localeCompare(b))),
};
console.log(values.json ? JSON.stringify(figures) : figures);
if (crashes > 0 || hangs > 0 || lost > 0) process.exitCode = 1;

function headers(length: number): Record<string, string | number> {
  return { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json', 'Content-Length': length };
}

function count({ status }: { status: number | null }): void {
  const key = status === null ? 'closed' : String(status);
  answers.set(key, (answers.get(key) ?? 0) + 1);
}

/** Stops in the middle of its body, or of its head; is cut off, not much later than the limit of 10 s. */
async function slow(inHead: boolean): Promise<void> {
  const head = post('/hooks/json', headers(1000));
  const parts = inHead ? [head.slice(0, -4)] : [head, '{'];
  const answer = await exchange(port, parts, { timeoutMs: 15_000 });
  if (answer.status !== 408) hangs += 1;
  count(answer);
}

function ready(process: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    process.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
      if (url && text.includes('Sitrep is ready')) resolve(url);
    });
    process.once('exit', (code) => reject(new Error(`it ended with ${code} before it was ready:\n${text}`)));
  });
}

/** Resident memory of the program in MiB, as Linux tells it. */
function residentMb(): number {
  try {
    const kb = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
    return Math.round(Number(kb) / 1024);
  } catch {
    return 0;
  }
}

async function keptOf(): Promise<Set<string>> {
  const database = await openDatabase({ url: undefined, home });
  try {
    const { rows } = await database.query<{ fingerprint: string }>(
      `select fingerprint from alert where source = 'json'`,
    );
    return new Set(rows.map((row) => row.fingerprint));
  } finally {
    await database.close();
  }
}

/** Milliseconds, to one decimal. */
function quantile(sample: number[], share: number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
}
