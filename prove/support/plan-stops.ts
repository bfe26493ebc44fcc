import { AsyncLocalStorage } from 'node:async_hooks';
import { removeStopFile, writeStopFile } from '../../src/main/stop-file.ts';
import { APPROVER, ONCALL } from '../../test/support/loop.ts';
import { oneLine, watchedCluster, watchedDatabase } from './moments.ts';
import { approvePlan, carryOutPlan, finishPlan, type Planned, type PlanWorld } from './plan-world.ts';
import type { Renewed } from './renewed.ts';
import type { Trial } from './property.ts';
import { UNFINISHED } from './world.ts';

type How = 'the row' | 'the file';

/**
 * The switch is pulled at moments spread over the way of plans, in each plan at others. A write whose intent was
 * on record before may still go out; every later one, of this step or the next, must not begin.
 */
export async function pullDuringPlans(trial: Trial, worlds: Renewed<PlanWorld>, home: string): Promise<void> {
  const { size, random } = trial;
  const plans = size({ quick: 3, ci: 10, full: 50 });
  const pullsOfEach = size({ quick: 2, ci: 3, full: 8 });
  for (let number = 0; number < plans; number += 1) {
    const first = await worlds.next();
    const sample = await first.propose(random);
    const momentsOfAStep = (await momentsOf(first, sample)) / sample.order.length;
    for (let pull = 0; pull < pullsOfEach; pull += 1) {
      const world = await worlds.next();
      const plan = await world.propose(random);
      // Spread evenly over the way, so that with enough plans no moment is left out.
      const way = (pull + number / plans) / pullsOfEach;
      const moment = 1 + Math.floor(way * momentsOfAStep * plan.order.length);
      await pulled(trial, world, home, plan, moment, pull % 2 === 0 ? 'the row' : 'the file');
    }
    trial.tally.count('plans during which the switch was pulled');
    trial.tally.count('moments of such plans', Math.round(momentsOfAStep * sample.order.length));
  }
}

/** How many moments an undisturbed plan has. */
async function momentsOf(world: PlanWorld, plan: Planned): Promise<number> {
  let passed = 0;
  const count = (): void => void (passed += 1);
  const replica = await world.replica(plan, {}, through(world, plan, count));
  await approvePlan(await world.replica(plan), plan);
  await carryOutPlan(world, replica, plan);
  return passed;
}

function through(world: PlanWorld, { outside }: Planned, watch: Parameters<typeof watchedCluster>[1]) {
  return { cluster: watchedCluster(outside.cluster, watch), db: watchedDatabase(world.db, watch) };
}

async function pulled(
  { tally }: Trial,
  world: PlanWorld,
  home: string,
  plan: Planned,
  moment: number,
  how: How,
): Promise<void> {
  // Whoever pulls it does so from outside of the transaction that may be open at that moment.
  const outside = AsyncLocalStorage.snapshot();
  const course: string[] = [];
  let passed = 0;
  let written = false;
  let where = 'never';
  let pulling = null as Promise<void> | null;
  const watch = async (what: string, when: 'before' | 'after'): Promise<void> => {
    passed += 1;
    // The statement that is over has looked at the switch before it is pulled here.
    if (when === 'after' && /set sent_at/.test(what)) {
      written = true;
      course.push('intent written');
    }
    if (passed === moment) {
      where = `${when} ${oneLine(what)}`;
      pulling = outside(() => pull(world, home, how, course));
    }
    if (when === 'after' && what === 'transaction') {
      if (written) course.push('intent committed');
      written = false;
      await pulling;
    }
    if (when === 'before' && what === 'write') course.push('write begins');
  };
  const replica = await world.replica(plan, {}, through(world, plan, watch));
  await approvePlan(await world.replica(plan), plan);
  await carryOutPlan(world, replica, plan);
  await pulling;
  const states = await finishPlan(world, plan);
  await putBack(world, home);
  if (pulling === null) return;
  const what = `${how} pulled ${where}: ${course.join(', ')}; ${states.join()}; written ${plan.outside.written.join()} of ${plan.order.join()}`;
  const intent = how === 'the row' ? 'intent committed' : 'intent written';
  const before = course.slice(0, course.indexOf('stopped'));
  const allowed = before.filter((one) => one === intent).length;
  tally.check(course.filter((one) => one === 'write begins').length <= allowed, () => what);
  tally.check(
    plan.outside.written.length <= allowed &&
      plan.outside.written.every((service, place) => service === plan.order[place]),
    () => what,
  );
  tally.check(!states.some((state) => UNFINISHED.includes(state)), () => what);
  tally.count(`plans stopped by ${how}`);
  tally.count('steps held back', plan.order.length - plan.outside.written.length);
  // Released, it does not go on by itself.
  const later = await finishPlan(world, plan);
  tally.check(later.join() === states.join(), () => `${what}; after the release ${later.join()}`);
}

async function pull(world: PlanWorld, home: string, how: How, course: string[]): Promise<void> {
  if (how === 'the row') await world.stage.loop.stop({ person: ONCALL, why: 'test' });
  else writeStopFile(home, 'test');
  course.push('stopped');
}

async function putBack(world: PlanWorld, home: string): Promise<void> {
  removeStopFile(home);
  await world.stage.loop.resume({ person: APPROVER });
}
