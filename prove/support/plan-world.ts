import { letTimePass } from './let-time-pass.ts';
import { randomUUID } from 'node:crypto';
import type { Random } from '../../bench/rig/random.ts';
import type { Cluster } from '../../src/act/world/cluster.ts';
import type { Database } from '../../src/adapters/postgres/sql.ts';
import { consentDigest, type Proposal, type ProposalState } from '../../src/incident/proposal.ts';
import { questionOf, type Question } from '../../src/incident/question.ts';
import { fakeDeployments } from '../../test/support/fake-deployments.ts';
import { APPROVER, stage, type Stage } from '../../test/support/loop.ts';
import { planStage } from '../../test/support/plan-stage.ts';
import { rendered } from '../../test/support/rendered.ts';
import { worldOf } from '../../test/support/world.ts';
import { freshDatabase, removeDatabase } from './database.ts';
import { anotherIncident, ASK_ALWAYS, HEALTHY, NEVER_LATE, UNFINISHED, type StageOptions } from './world.ts';

export const SERVICES = ['catalog', 'pricing', 'checkout', 'storefront'];

/** A plan, the deployments that it is about, and what was written to them. */
export type Planned = {
  question: Question;
  /** The deployments of its steps, in their order. */
  order: string[];
  outside: ReturnType<typeof fakeDeployments>;
};

export type PlanWorld = {
  db: Database;
  stage: Pick<Stage, 'loop' | 'transaction'>;
  /** A replica before the deployments of one plan, or before what stands between it and them. */
  replica(of: Planned, over?: StageOptions, through?: { cluster?: Cluster; db?: Database }): Promise<Stage>;
  /** A plan of some of the services in some order, in an incident of its own. */
  propose(random: Random): Promise<Planned>;
  states(of: Planned): Promise<ProposalState[]>;
  /** Lets seconds pass for everything that waits for the database's clock. */
  pass(seconds: number): Promise<void>;
  close(): Promise<void>;
};

export async function openPlanWorld(given: StageOptions = {}): Promise<PlanWorld> {
  const db = await freshDatabase();
  const scale = SERVICES.map((service) => ({ tool: 'kubernetes.scale' as const, service, replicas: 3 }));
  const first = await planStage(db, { policy: ASK_ALWAYS, plan: scale, settings: NEVER_LATE });
  const template = await first.steps();
  if (template.length !== SERVICES.length)
    throw new Error('The loop has proposed no plan; the world of the properties has changed.');
  await first.fire({ status: 'resolved' });
  await first.turn();

  return {
    db,
    stage: first,
    async replica({ outside }, over = {}, through = {}) {
      const cluster = worldOf({ cluster: through.cluster ?? outside.cluster });
      const settings = { policy: ASK_ALWAYS, sources: HEALTHY, world: cluster, writable: cluster };
      return stage(through.db ?? db, { ...settings, ...given, ...over });
    },
    async propose(random) {
      const chosen = random.sample(template, 2 + random.below(SERVICES.length - 1));
      const incidentId = await anotherIncident(db);
      const ids = chosen.map(() => randomUUID());
      const steps = chosen.map((step, place): Proposal => {
        const plan = { id: ids[0] ?? '', step: place + 1, of: chosen.length };
        const consent = rendered({ ...step.consent, plan });
        return { ...step, id: ids[place] ?? '', incidentId, consent, digest: consentDigest(consent) };
      });
      await first.transaction(async (store) => {
        for (const step of steps) await store.addProposal(step);
      });
      const [lead, ...rest] = steps;
      if (!lead) throw new Error('A plan has steps.');
      return {
        question: questionOf([lead, ...rest]),
        order: steps.map(({ service }) => service),
        outside: fakeDeployments(...SERVICES),
      };
    },
    async states({ question }) {
      const { rows } = await db.query<{ state: ProposalState }>(
        `select state from proposal where consent->'plan'->>'id' = $1
          order by (consent->'plan'->>'step')::int`,
        [question.lead.id],
      );
      return rows.map(({ state }) => state);
    },
    pass: (seconds) => letTimePass(db, seconds),
    close: () => removeDatabase(db),
  };
}

export function approvePlan(replica: Stage, { question }: Planned, person = APPROVER) {
  return replica.loop.approve({ proposalId: question.lead.id, digest: question.digest, person });
}

/** Runs the steps of a plan, the last ones first, until nothing follows from that at once: no order of a queue is worse. */
export async function carryOutPlan(world: PlanWorld, replica: Stage, of: Planned): Promise<ProposalState[]> {
  for (let before = ''; ;) {
    const states = await world.states(of);
    if (states.join() === before || !states.some((state) => UNFINISHED.includes(state))) return states;
    before = states.join();
    for (const { id } of of.question.steps.toReversed()) {
      await replica.loop.run({ kind: 'execute', id });
      await replica.loop.run({ kind: 'proposal', id });
    }
  }
}

/** What somebody else goes on with after a while, until everything has come to its end. */
export async function finishPlan(
  world: PlanWorld,
  of: Planned,
  over: StageOptions = {},
): Promise<ProposalState[]> {
  const replica = await world.replica(of, over);
  let states = await carryOutPlan(world, replica, of);
  for (let waited = 0; states.some((state) => UNFINISHED.includes(state)) && waited < 120; waited += 30) {
    await world.pass(30);
    states = await carryOutPlan(world, replica, of);
  }
  return states;
}
