import { ONCALL, APPROVER } from '../../test/support/loop.ts';
import { approvePlan, carryOutPlan, finishPlan, type Planned, type PlanWorld } from './plan-world.ts';
import type { Renewed } from './renewed.ts';
import type { Trial } from './property.ts';

type Surprise = {
  name: string;
  /** Makes the step at this place end otherwise than it should. */
  happen(world: PlanWorld, plan: Planned, service: string, stepId: string): Promise<unknown> | void;
  /** Whether the step itself is written before it turns out. */
  written: boolean;
};

const SURPRISES: Surprise[] = [
  {
    name: 'its target has changed',
    happen: (_, { outside }, service) => outside.of(service).changeByOthers('shop/other:hotfix'),
    written: false,
  },
  {
    name: 'its request is refused',
    happen: (_, { outside }, service) => outside.of(service).failNextWrite('refused'),
    written: false,
  },
  {
    name: 'its request is lost, and somebody else changes the target',
    happen: (_, { outside }, service) => {
      const part = outside.of(service);
      part.failNextWrite('lost before', () => part.changeByOthers('shop/other:hotfix'));
    },
    written: false,
  },
  {
    name: 'its target never settles',
    happen: (_, { outside }, service) => outside.of(service).unsettle(),
    written: true,
  },
  {
    name: 'its approval has expired',
    happen: ({ db }, _, __, id) =>
      db.query(`update proposal set expires_at = now() - interval '1 second' where id = $1`, [id]),
    written: false,
  },
  {
    name: 'its approval is gone',
    happen: ({ db }, _, __, id) => db.query(`delete from approval where proposal_id = $1`, [id]),
    written: false,
  },
  {
    name: 'its row is gone',
    happen: async ({ db }, _, __, id) => {
      await db.query(`delete from approval where proposal_id = $1`, [id]);
      await db.query(`delete from proposal where id = $1`, [id]);
    },
    written: false,
  },
  {
    name: 'everything is stopped',
    happen: ({ stage }) => stage.loop.stop({ person: ONCALL, why: 'test' }),
    written: false,
  },
];

/** A plan in which one step does not end as it should: what comes after it must not begin. */
export async function surprises({ tally, size, random }: Trial, worlds: Renewed<PlanWorld>): Promise<void> {
  for (let round = 0; round < size({ quick: 1, ci: 4, full: 25 }); round += 1) {
    for (const { name, happen, written } of SURPRISES) {
      const world = await worlds.next();
      const plan = await world.propose(random);
      const place = random.below(plan.order.length);
      const replica = await world.replica(plan);
      await approvePlan(replica, plan);
      const step = plan.question.steps[place] ?? plan.question.lead;
      await happen(world, plan, step.service, step.id);
      await carryOutPlan(world, replica, plan);
      // Nothing of it begins later either, when the switch is released and time has passed.
      await world.stage.loop.resume({ person: APPROVER });
      const states = await finishPlan(world, plan);
      const stopped = name === 'everything is stopped' ? 0 : place + (written ? 1 : 0);
      tally.check(
        plan.outside.written.join() === plan.order.slice(0, stopped).join(),
        () =>
          `step ${place + 1} of ${plan.order.join()}: ${name}: written ${plan.outside.written.join()}; ${states.join()}`,
      );
      tally.count('surprises in plans');
    }
  }
}
