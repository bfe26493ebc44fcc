import type { Proposal } from '../../src/incident/proposal.ts';
import { APPROVER } from '../../test/support/loop.ts';
import { whyNoChain } from '../support/chain-of-effects.ts';
import { killedChildren } from '../support/killed-children.ts';
import { oneLine, watchedCluster, watchedDatabase, type Watch } from '../support/moments.ts';
import { renewed, type Renewed } from '../support/renewed.ts';
import type { Property, Trial } from '../support/property.ts';
import { carryOut, openWorld, UNFINISHED, type StageOptions, type World } from '../support/world.ts';

type Seams = Pick<StageOptions, 'wrapStore'>;

/** How the one write meets its fate, whatever else happens. */
const FATES = ['carried out', 'lost before', 'lost after', 'refused'] as const;
type Fate = (typeof FATES)[number];

/** Seconds after the restart in which everything must have come to an end or to a person. */
const PATIENCE_S = 60;
const STEP_S = 5;

/**
 * Ends an execution at every moment of its way, and another replica takes over. First by abandoning it inside
 * this process, at each statement and each call, which costs little; then by killing real processes.
 */
export const crash: Property<Seams> = {
  name: 'crash safety',
  claim:
    'An action that is cut off anywhere is carried out at most once, never without approval, and ends as done, failed or handed over within 60 s.',
  parts: { quick: 1, ci: 1, full: 2 },
  async run(trial, seams = {}) {
    const { part, size } = trial;
    const worlds = renewed(() => openWorld(seams), MOST_IN_A_WORLD);
    try {
      if (part.index === 0) {
        for (const fate of FATES) await abandonEverywhere(trial, worlds, fate);
        await abandonApproval(trial, worlds);
      }
      if (part.index === part.of - 1)
        await killedChildren(worlds, trial, {
          inOrder: size({ quick: 1, ci: 8, full: Number.POSITIVE_INFINITY }),
          atRandom: size({ quick: 1, ci: 8, full: 300 }),
          judge: (world, proposal, moment) => recoverAndJudge(trial, world, proposal, `killed ${moment}`),
        });
    } finally {
      await worlds.close();
    }
  },
};

const MOST_IN_A_WORLD = 100;

class Gone extends Error {
  override name = 'Gone';
}

/** Cuts an execution off at its first moment, then at its second, and so on until it gets through. */
async function abandonEverywhere(trial: Trial, worlds: Renewed<World>, fate: Fate): Promise<void> {
  await atEveryMoment(trial, `write ${fate}`, async (watch) => {
    const world = await worlds.next();
    const proposal = await world.proposeApproved();
    if (fate !== 'carried out') world.cluster.failNextWrite(fate);
    const replica = await world.replica(
      { cluster: watchedCluster(world.cluster, watch) },
      watchedDatabase(world.db, watch),
    );
    await unlessGone(carryOut(replica, proposal.id));
    return (how) => recoverAndJudge(trial, world, proposal, how);
  });
}

/** The same for the approval itself: it counts as a whole or not at all. */
async function abandonApproval(trial: Trial, worlds: Renewed<World>): Promise<void> {
  await atEveryMoment(trial, 'while it was approved', async (watch) => {
    const world = await worlds.next();
    const proposal = await world.propose();
    const replica = await world.replica({}, watchedDatabase(world.db, watch));
    const asked = { proposalId: proposal.id, digest: proposal.digest, person: APPROVER };
    await unlessGone(replica.loop.approve(asked));
    return (how) => recoverAndJudge(trial, world, proposal, how);
  });
}

async function atEveryMoment(
  { tally, size }: Trial,
  name: string,
  attempt: (watch: Watch) => Promise<(how: string) => Promise<void>>,
): Promise<void> {
  // A quick run looks at some of the moments only.
  for (let moment = 1; ; moment += size({ quick: 17, ci: 4, full: 1 })) {
    let passed = 0;
    let last = 'nothing';
    const judge = await attempt((what, when) => {
      passed += 1;
      if (passed >= moment) throw new Gone();
      last = `${when} ${oneLine(what)}`;
    });
    await judge(`left after ${moment - 1} moments (${last}), ${name}`);
    if (passed < moment) return;
    tally.count(`moments, ${name}`);
  }
}

async function unlessGone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof Gone)) throw error;
  }
}

/** Another replica goes on with what is on record, as the durable queue makes it do. */
async function recoverAndJudge(trial: Trial, world: World, proposal: Proposal, how: string): Promise<void> {
  const { tally } = trial;
  const { id } = proposal;
  const replica = await world.replica();
  for (let waited = 0; waited <= PATIENCE_S; waited += STEP_S) {
    const state = await carryOut(replica, id);
    if (!UNFINISHED.includes(state)) break;
    await world.pass(STEP_S);
  }
  const { state } = await world.read(id);
  const writes = world.cluster.writes.length;
  tally.check(writes <= 1, () => `${how}: written ${writes} times`);
  tally.check(!UNFINISHED.includes(state), () => `${how}: still ${state} after ${PATIENCE_S} s`);
  const approvals = await world.approvals(await world.read(id));
  tally.check(writes === 0 || approvals > 0, () => `${how}: written without an approval`);
  const broken = await whyNoChain(world, proposal, writes);
  tally.check(broken === null, () => `${how}: ${broken}`);
  const told = state === 'superseded' ? writes === 0 : state === 'succeeded' ? writes === 1 : true;
  tally.check(told, () => `${how}: called ${state}, but written ${writes} times`);
  tally.count(state === 'unknown' ? 'handed over as unknown' : state);
}
