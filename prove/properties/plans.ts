import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopOutside } from '../../src/main/stop-file.ts';
import { planDigest } from '../../src/incident/plan.ts';
import { APPROVER, SECOND } from '../../test/support/loop.ts';
import { changedSteps } from '../support/plan-changes.ts';
import { pullDuringPlans } from '../support/plan-stops.ts';
import { surprises } from '../support/plan-surprises.ts';
import {
  approvePlan,
  carryOutPlan,
  finishPlan,
  openPlanWorld,
  type PlanWorld,
} from '../support/plan-world.ts';
import { renewed, type Renewed } from '../support/renewed.ts';
import type { Property, Trial } from '../support/property.ts';
import type { StageOptions } from '../support/world.ts';

type Seams = Pick<StageOptions, 'wrapStore'>;

/** Several actions that are approved as one. What must hold of each holds of them together, and so does their order. */
export const plans: Property<Seams> = {
  name: 'plans',
  claim:
    'The steps of a plan are written in the order that was approved, each once, none after a surprise and none that begins after the switch was pulled.',
  parts: { quick: 1, ci: 1, full: 3 },
  async run(trial, seams = {}) {
    const { part } = trial;
    const home = mkdtempSync(join(tmpdir(), 'sitrep-prove-'));
    const open = () => openPlanWorld({ outsideStop: stopOutside(false, home), ...seams });
    const worlds = renewed(open, MOST_IN_A_WORLD);
    const attempts = [
      changedSteps,
      (one: Trial) => pullDuringPlans(one, worlds, home),
      races,
      otherDigests,
      surprises,
    ];
    try {
      // The first ones take the longest; each is a part of its own, and the rest is one.
      for (const [index, attempt] of attempts.entries())
        if (Math.min(index, part.of - 1) === part.index) await attempt(trial, worlds);
    } finally {
      await worlds.close();
      rmSync(home, { recursive: true });
    }
  },
};

const MOST_IN_A_WORLD = 100;

/** Two replicas at once, from the two clicks to the end, each with the steps in the worst order. */
async function races({ tally, size, random }: Trial, worlds: Renewed<PlanWorld>): Promise<void> {
  for (let race = 0; race < size({ quick: 4, ci: 20, full: 200 }); race += 1) {
    const world = await worlds.next();
    const plan = await world.propose(random);
    const replicas = [await world.replica(plan), await world.replica(plan)] as const;
    const clicks = await Promise.all([
      approvePlan(replicas[0], plan, APPROVER),
      approvePlan(replicas[1], plan, SECOND),
    ]);
    await Promise.allSettled(replicas.map((replica) => carryOutPlan(world, replica, plan)));
    const states = await finishPlan(world, plan);
    tally.check(
      plan.outside.written.join() === plan.order.join() && states.every((state) => state === 'succeeded'),
      () =>
        `race ${race}: written ${plan.outside.written.join()}, not ${plan.order.join()}; ${states.join()}`,
    );
    tally.check(clicks.filter(({ ok }) => ok).length === 1, () => `race ${race}: ${JSON.stringify(clicks)}`);
    tally.count('races for plans');
    tally.count('steps carried out in order', plan.outside.written.length);
  }
}

/** An approval of anything but these steps in this order. */
async function otherDigests({ tally, size, random }: Trial, worlds: Renewed<PlanWorld>): Promise<void> {
  for (let n = 0; n < size({ quick: 2, ci: 5, full: 20 }); n += 1) {
    const world = await worlds.next();
    const plan = await world.propose(random);
    const replica = await world.replica(plan);
    const { steps, lead, digest } = plan.question;
    const others = {
      'the steps in another order': planDigest(steps.toReversed()),
      'the first steps only': planDigest(steps.slice(0, -1)),
      'the last steps only': planDigest(steps.slice(1)),
      'a step twice': planDigest([...steps, lead]),
      ...Object.fromEntries(steps.map((step, place) => [`step ${place + 1} alone`, step.digest])),
    };
    const asked = [
      ...Object.entries(others).map(([what, other]) => ({ what, proposalId: lead.id, digest: other })),
      ...steps.slice(1).map((step) => ({
        what: 'a later step by its own digest',
        proposalId: step.id,
        digest: step.digest,
      })),
    ];
    for (const { what, ...one } of asked) {
      const answer = await replica.loop.approve({ ...one, person: APPROVER });
      tally.check(!answer.ok, () => `approved by the digest of ${what}`);
      tally.count('other digests of plans');
    }
    const states = await carryOutPlan(world, replica, plan);
    tally.check(
      plan.outside.written.length === 0 && states.every((state) => state === 'proposed'),
      () => `after refused approvals: ${states.join()}, written ${plan.outside.written.join()}`,
    );
    const answer = await replica.loop.approve({ proposalId: lead.id, digest, person: APPROVER });
    tally.check(answer.ok, () => `a legitimate plan was refused: ${answer.text}`);
    await carryOutPlan(world, replica, plan);
  }
}
