import { setTimeout as pause } from 'node:timers/promises';
import { unrelatedIncident } from '../intake/traffic.ts';
import type { Sample } from '../rig/alerts.ts';
import { SERVICES } from '../rig/sitrep.ts';
import { audit, countDoubled, whatWaits, type Findings } from './record.ts';
import type { World } from './world.ts';

/** A moment at which the process can be killed: a statement or a Slack call, before or after it is done. */
export type Step = { name: string; when: 'before' | 'after' };

/** What came of one kill. */
export type Outcome = Findings & {
  step: string;
  /** Slack messages that this crash has doubled. */
  extra: number;
  /** Ms from the restart until all was quiet; null when it took more than 30 s. */
  quietMs: number | null;
  /** What was stuck then; empty where all was quiet in time. */
  stuck: string[];
};

/** After this long a thing that still waits counts as stuck. */
const STUCK_MS = 30_000;
const REACH_MS = 10_000;
/** What the job queue does to its own tables every minute; it is on the way of no alert. */
const HOUSEKEEPING = /set local lock_timeout|retained_count|date_part|relname|jobs"\.instance/;

/** The alerts of one attempt: an incident of its own, one that joins a known incident, and a resolve. */
export function attemptAlerts(index: number, startsAt: Date): Sample[] {
  const known: Sample = {
    fingerprint: `known-${index}`,
    name: 'HighErrorRate',
    service: SERVICES[0] ?? '',
    startsAt,
  };
  const resolved = { ...known, status: 'resolved' as const, endsAt: new Date(startsAt.getTime() + 60_000) };
  return [unrelatedIncident('crash', index, startsAt), known, resolved];
}

/** Every distinct moment on the way of such alerts from the webhook to Slack, from one run without a kill. */
export async function recordSteps(world: World, alerts: readonly Sample[]): Promise<Step[]> {
  const names = new Set<string>();
  watch(world, (name) => {
    if (!HOUSEKEEPING.test(name)) names.add(name);
    return true;
  });
  for (const alert of alerts) await world.sender.send(alert);
  await world.untilQuiet(STUCK_MS);
  watch(world, () => true);
  return [...names].flatMap((name) => [
    { name, when: 'before' as const },
    { name, when: 'after' as const },
  ]);
}

/** Kills at the first time a step is reached while `alerts` are on their way. Null when it is not reached. */
export async function killAtStep(
  world: World,
  step: Step,
  alerts: readonly Sample[],
): Promise<Outcome | null> {
  const doubled = countDoubled(world.slack);
  let reached = false;
  watch(world, (name, when) => {
    if (reached) return false;
    if (name !== step.name || when !== step.when) return true;
    reached = true;
    world.killNow();
    return false;
  });
  const sending = (async () => {
    for (const alert of alerts) await world.sender.send(alert);
  })();
  const deadline = performance.now() + REACH_MS;
  while (!reached && performance.now() < deadline) await pause(5);
  if (!reached) {
    watch(world, () => true);
    await sending;
    await world.untilQuiet(STUCK_MS);
    return null;
  }
  return recover(world, `${step.when} ${step.name}`, doubled, sending);
}

/** Kills after `ms` of a flow of 50 alerts a second. */
export async function killAtMoment(
  world: World,
  ms: number,
  next: (index: number) => Sample,
): Promise<Outcome> {
  const doubled = countDoubled(world.slack);
  const flow = world.sender.flow(50, next);
  await pause(ms);
  world.killNow();
  return recover(world, `after ${ms} ms`, doubled, flow.stop());
}

async function recover(
  world: World,
  step: string,
  doubledBefore: number,
  sending: Promise<unknown>,
): Promise<Outcome> {
  await world.kill();
  watch(world, () => true);
  await world.start();
  const ready = performance.now();
  await sending;
  const quiet = await world.untilQuiet(STUCK_MS);
  const stuck = quiet === null ? await whatWaits(world.storage) : [];
  const findings = await audit(world.storage, world.sender, world.slack);
  // The next kill shall meet a world at rest; what was stuck has been noted.
  if (quiet === null) await world.untilQuiet(4 * STUCK_MS);
  return {
    ...findings,
    step,
    extra: findings.doubled - doubledBefore,
    stuck,
    quietMs: quiet === null ? null : Math.round(performance.now() - ready),
  };
}

/** Shows every round trip to `see` by its name; where it says false, neither side hears of it again. */
function watch(world: World, see: (name: string, when: 'before' | 'after') => boolean): void {
  world.proxy.onMoment(({ statement, when }) => (see(statement, when) ? 'pass' : 'cut'));
  world.slack.onMoment(({ method, slot, when }) => see(`Slack ${method}${slot ? ` (${slot})` : ''}`, when));
}
