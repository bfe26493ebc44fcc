// node bench/chaos.ts [--quick] [--json] [--seed N] [--alerts N]
// Stops the database as a crash would (pg_ctl stop -m immediate) every 5 to 10 s for up to 2 s while 5,000
// alerts come in. Exits with 1 where an acknowledged alert was lost or doubled or is shown to nobody, where
// Sitrep died, or where /readyz did not tell the outage.
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { audit, whatWaits } from './crash/record.ts';
import { openWorld } from './crash/world.ts';
import { everydayTraffic, unrelatedIncident } from './intake/traffic.ts';
import { whyNoCluster } from './rig/cluster.ts';
import { createRandom } from './rig/random.ts';

// Ends by way of exit, where servers and processes that were started are stopped.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    alerts: { type: 'string' },
  },
});
const PER_SECOND = 50;
const say = (text: string): void => console.error(text);
const why = whyNoCluster();
if (why) {
  console.log(JSON.stringify({ skipped: why }));
  process.exit(0);
}

const random = createRandom(Number(flags.seed));
const alerts = Number(flags.alerts ?? (flags.quick ? 1000 : 5000));
const world = await openWorld({ proxied: false });
const readiness = { down: 0, down_told: 0, up: 0, up_told: 0, slowest_ms: 0 };
let died: number | null | 'no' = 'no';
let outages = 0;
let slowestRecovery = 0;
let quietMs: number | null = null;
let findings;
let received = 0;
try {
  const sitrep = await world.start();
  const startsAt = new Date();
  const everyday = everydayTraffic('chaos', startsAt);
  const next = (index: number) => {
    received = index + 1;
    return index % 250 === 17 ? unrelatedIncident('chaos', index, startsAt) : everyday(index);
  };
  const flow = world.sender.flow(PER_SECOND, next);
  const end = performance.now() + (alerts / PER_SECOND) * 1000;
  while (performance.now() < end) {
    await pause(Math.min(5000 + random.below(5000), end - performance.now()));
    if (performance.now() >= end) break;
    await readyz(sitrep.url, 'up');
    await world.cluster.crash();
    outages += 1;
    const downMs = random.below(2000);
    if (downMs > 300) await readyz(sitrep.url, 'down');
    await pause(downMs);
    await world.cluster.restart();
    const back = performance.now();
    const known = world.sender.acknowledged.size;
    while (world.sender.acknowledged.size === known && performance.now() < back + 20_000) await pause(10);
    const recoveredMs = Math.round(performance.now() - back);
    slowestRecovery = Math.max(slowestRecovery, recoveredMs);
    say(
      `outage ${outages}: down ${downMs} ms, ${received} alerts so far, accepting again after ${recoveredMs} ms`,
    );
  }
  await flow.stop();
  quietMs = await world.untilQuiet(60_000);
  if (quietMs === null) say(`stuck: ${(await whatWaits(world.storage)).join(', ')}`);
  await readyz(sitrep.url, 'up');
  findings = await audit(world.storage, world.sender, world.slack);
  if (!sitrep.alive()) {
    died = 1;
    say(sitrep.output().slice(-4000));
  }
} finally {
  await world.close();
}

const summary = {
  alerts: received,
  outages,
  acknowledged: world.sender.acknowledged.size,
  refused: world.sender.refused.length,
  retries: world.sender.retries(),
  lost: findings.lost.length,
  invisible: findings.invisible.length,
  doubled: findings.doubled,
  missing: findings.missing,
  died: died !== 'no',
  accepting_again_max_ms: slowestRecovery,
  quiet_ms: quietMs,
  readyz: readiness,
};
const good =
  summary.lost + summary.invisible + summary.doubled + summary.missing + summary.refused === 0 &&
  !summary.died &&
  quietMs !== null &&
  readiness.down === readiness.down_told &&
  readiness.up === readiness.up_told;
console.log(flags.json ? JSON.stringify(summary) : summary);
if (!good) process.exitCode = 1;

/** Asks /readyz and counts whether it tells the truth; a fresh outage or a fresh start may take a second to be seen. */
async function readyz(url: string, truth: 'up' | 'down'): Promise<void> {
  const began = performance.now();
  const wanted = truth === 'up' ? 200 : 503;
  const told = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5000) }).then(
    (answer) => answer.status === wanted,
    () => false,
  );
  readiness[truth] += 1;
  if (told) readiness[`${truth}_told`] += 1;
  else say(`/readyz does not say that the database is ${truth}`);
  readiness.slowest_ms = Math.max(readiness.slowest_ms, Math.round(performance.now() - began));
}
