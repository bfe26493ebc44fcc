// node bench/crash.ts [--quick] [--json] [--seed N] [--random N] [--lanes N] [--only steps|random] [--step TEXT]
// Kills Sitrep with kill -9 before and after every database statement and every Slack call on the way from
// the webhook to the posted message, and at random moments under 50 alerts a second, on a PostgreSQL of its
// own that waits for the disk. Exits with 1 where an acknowledged alert was lost, is shown to nobody or
// stuck for over 30 s after the restart, or where a crash made more than one message come twice.
import { parseArgs } from 'node:util';
import { attemptAlerts, killAtMoment, killAtStep, recordSteps, type Outcome } from './crash/kill.ts';
import { audit, type Findings } from './crash/record.ts';
import { openWorld, type World } from './crash/world.ts';
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
    random: { type: 'string' },
    only: { type: 'string' },
    /** So many worlds at once; most of the time is spent waiting for leases to run out. */
    lanes: { type: 'string', default: '2' },
    /** Only steps whose name contains this. */
    step: { type: 'string' },
  },
});
const say = (text: string): void => console.error(text);
const why = whyNoCluster();
if (why) {
  console.log(JSON.stringify({ skipped: why }));
  process.exit(0);
}

const began = performance.now();
const random = createRandom(Number(flags.seed));
const startsAt = new Date();
const worlds = await Promise.all(Array.from({ length: Number(flags.lanes) }, () => openWorld()));
const outcomes: Outcome[] = [];
const notReached: string[] = [];
const controls: Findings[] = [];
const finals: Findings[] = [];
let attempt = 0;
try {
  const plan = await prepare(worlds);
  const planned = plan.length;
  await Promise.all(
    worlds.map(async (world) => {
      for (let next = plan.shift(); next; next = plan.shift()) {
        const outcome = await next(world);
        if (outcome) note(outcome, `${planned - plan.length}/${planned}`);
      }
      finals.push(await audit(world.storage, world.sender, world.slack));
    }),
  );
} finally {
  await Promise.all(worlds.map((world) => world.close()));
}

/** Starts all, runs once without a kill to learn the steps, and resolves to the kills that are to be done. */
async function prepare(worlds: readonly World[]): Promise<((world: World) => Promise<Outcome | null>)[]> {
  const recorded = await Promise.all(
    worlds.map(async (world) => {
      await world.start();
      for (const alert of attemptAlerts(attempt++, startsAt)) await world.sender.send(alert);
      await world.untilQuiet(30_000);
      const steps = await recordSteps(world, attemptAlerts(attempt++, startsAt));
      controls.push(await audit(world.storage, world.sender, world.slack));
      return steps;
    }),
  );
  const all = [...new Map(recorded.flat().map((step) => [`${step.when} ${step.name}`, step])).values()];
  say(`${all.length / 2} distinct statements and calls from the webhook to Slack`);
  let steps = flags.only === 'random' ? [] : all.filter((one) => one.name.includes(flags.step ?? ''));
  if (flags.quick) steps = random.sample(steps, 4);
  const moments = flags.only === 'steps' ? 0 : Number(flags.random ?? (flags.quick ? 4 : 200));
  return [
    ...steps.map((step) => async (world: World) => {
      const outcome = await killAtStep(world, step, attemptAlerts(attempt++, startsAt));
      if (!outcome) notReached.push(`${step.when} ${step.name}`);
      return outcome;
    }),
    ...Array.from({ length: moments }, () => async (world: World) => {
      const mine = `random-${attempt++}`;
      const everyday = everydayTraffic(mine, startsAt);
      // One in a hundred is about something that is known to nobody.
      const next = (at: number) =>
        at % 100 === 17 ? unrelatedIncident(mine, 1000 + attempt++, startsAt) : everyday(at);
      return killAtMoment(world, 20 + random.below(2000), next);
    }),
  ];
}

const total = (pick: (one: Outcome) => number): number => outcomes.reduce((sum, one) => sum + pick(one), 0);
const sum = (pick: (one: Findings) => number): number => finals.reduce((all, one) => all + pick(one), 0);
const summary = {
  crashes: outcomes.length,
  steps_not_reached: notReached.length,
  acknowledged: worlds.reduce((all, world) => all + world.sender.acknowledged.size, 0),
  refused: worlds.reduce((all, world) => all + world.sender.refused.length, 0),
  lost: sum((one) => one.lost.length),
  invisible: sum((one) => one.invisible.length),
  stuck: outcomes.filter((one) => one.quietMs === null).length,
  doubled: total((one) => one.extra),
  crashes_with_more_than_one_extra: outcomes.filter((one) => one.extra > 1).length,
  doubled_without_crash: controls.reduce((all, one) => all + one.doubled, 0),
  missing: sum((one) => one.missing),
  quiet_after_restart_max_ms: Math.max(0, ...outcomes.map((one) => one.quietMs ?? 0)),
  seconds: Math.round((performance.now() - began) / 1000),
  seed: Number(flags.seed),
};
const good =
  summary.lost + summary.invisible + summary.stuck + summary.missing + summary.refused === 0 &&
  summary.crashes_with_more_than_one_extra + summary.doubled_without_crash === 0;
for (const step of notReached) say(`not reached: ${step}`);
console.log(flags.json ? JSON.stringify(summary) : summary);
if (!good) process.exitCode = 1;

function note(outcome: Outcome, place: string): void {
  outcomes.push(outcome);
  const { step, lost, invisible, extra, missing, quietMs, stuck } = outcome;
  const bad = lost.length + invisible.length + missing > 0 || extra > 1 || quietMs === null;
  const quiet = quietMs === null ? `STUCK over 30 s (${stuck.join(', ')})` : `quiet after ${quietMs} ms`;
  say(
    `${place.padStart(8)} ${bad ? 'BAD ' : 'ok  '} ${quiet}, lost ${lost.length}, invisible ${invisible.length}, ` +
      `twice ${extra}, missing ${missing}: ${step}`,
  );
}
