import type { Database } from '../../src/adapters/postgres/sql.ts';
import type { Proposal } from '../../src/incident/proposal.ts';
import { questionAmong, type Question } from '../../src/incident/question.ts';
import type { RunbookAction } from '../../src/incident/evidence.ts';
import { fakeDeployments } from './fake-deployments.ts';
import { APPROVER, stage } from './loop.ts';
import { someEvidence } from './incident-view.ts';
import { worldOf } from './world.ts';

const SCALE: RunbookAction[] = ['catalog', 'pricing', 'checkout'].map((service) => ({
  tool: 'kubernetes.scale',
  service,
  replicas: 3,
}));

export type PlanStage = Awaited<ReturnType<typeof planStage>>;

/** An incident whose runbook recommends a plan: by default to scale catalog, pricing and checkout, in this order. */
export async function planStage(
  db: Database,
  over: Parameters<typeof stage>[1] & {
    plan?: RunbookAction[];
    /** Whether its alert has fired and the plan is proposed; true where nothing is said. */
    fires?: boolean;
  } = {},
) {
  const deployments = fakeDeployments('catalog', 'pricing', 'checkout', 'storefront');
  const world = worldOf({ cluster: deployments.cluster });
  const runbook = someEvidence({
    about: {
      kind: 'runbook',
      path: 'together.md',
      heading: 'Together',
      actions: [{ plan: over.plan ?? SCALE }],
    },
  });
  const s = await stage(db, {
    world,
    writable: world,
    sources: { runbooks: { search: async () => [runbook] }, rollouts: { rollouts: async () => [] } },
    ...over,
  });
  if (over.fires !== false) {
    await s.fire();
    await s.turn();
  }

  const steps = async (): Promise<Proposal[]> => {
    const { proposals } = await s.view();
    const lead = proposals.findLast((one) => one.consent.plan?.step === 1 && one.undoes === null);
    return lead ? [...questionAmong(proposals, lead).steps] : [];
  };
  const question = async (): Promise<Question> => {
    const [lead] = await steps();
    const { proposals } = await s.view();
    if (!lead) throw new Error('no plan is proposed');
    return questionAmong(proposals, lead);
  };
  return {
    ...s,
    ...deployments,
    steps,
    question,
    states: async () => (await steps()).map(({ state }) => state),
    async approve(person = APPROVER, typed?: string) {
      const { lead, digest } = await question();
      return s.loop.approve({ proposalId: lead.id, digest, person, ...(typed ? { typed } : {}) });
    },
    /** The alert ends, so that the last step can be found to have helped. */
    async recover() {
      await s.fire({ status: 'resolved' });
      for (const service of ['checkout', 'pricing', 'storefront', 'catalog'])
        s.signals.set(`errors{service="${service}"}`, 0);
    },
  };
}
