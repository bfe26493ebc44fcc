import { canonicalJson } from '../../src/incident/canonical.ts';
import { consentDigest, type Consent, type Proposal } from '../../src/incident/proposal.ts';
import { APPROVER, SECOND } from '../../test/support/loop.ts';
import { rendered } from '../../test/support/rendered.ts';
import { whyNoChain } from '../support/chain-of-effects.ts';
import { everyTool } from '../support/every-tool-consent.ts';
import { leavesOf, withLeaf } from '../support/leaves.ts';
import { renewed, type Renewed } from '../support/renewed.ts';
import type { Property, Trial } from '../support/property.ts';
import { carryOut, openWorld, type StageOptions, type World } from '../support/world.ts';

type Seams = Pick<StageOptions, 'wrapStore'>;

/** An approval is of exact bytes and is used once, whatever happens to the row and however many replicas there are. */
export const consent: Property<Seams> = {
  name: 'consent is exact and single',
  claim: 'What was approved is carried out as it was approved, once, or not at all.',
  parts: { quick: 1, ci: 1, full: 2 },
  async run(trial, seams = {}) {
    const { part } = trial;
    const worlds = renewed(() => openWorld(seams), RACES_IN_A_WORLD);
    try {
      if (part.index === 0) {
        const world = await worlds.next();
        await changedAfterApproval(trial, world);
        await cardOfOthers(trial, world);
        await changedWorld(trial, world);
        await everyTool(trial, world);
      }
      if (part.index === part.of - 1) await races(trial, worlds);
    } finally {
      await worlds.close();
    }
  },
};

const RACES_IN_A_WORLD = 100;

/** Every leaf of the consent and of the action, changed after the approval, with and without a digest that fits again. */
async function changedAfterApproval({ tally, size }: Trial, world: World): Promise<void> {
  const sample = await world.propose();
  const leaves = [
    ...leavesOf(sample.consent).map((path) => ({ column: 'consent' as const, path })),
    ...leavesOf(sample.action).map((path) => ({ column: 'action' as const, path })),
  ];
  for (const { column, path } of leaves.filter(
    (_, place) => place % size({ quick: 3, ci: 1, full: 1 }) === 0,
  )) {
    for (const fits of ['nothing', 'the digest', 'the digest and the card'] as const) {
      const proposal = await world.proposeApproved();
      await rewrite(world, proposal, column, path, fits);
      const state = await carryOut(world.stage, proposal.id);
      const what = `${column}.${path.join('.')} changed after the approval, and ${fits} to fit`;
      tally.check(world.cluster.writes.length === 0, () => `${what}: written`);
      tally.check(state === 'superseded', () => `${what}: ended as ${state}`);
      tally.count('leaves changed');
    }
  }
}

/** Changes one leaf in the database, and perhaps what is computed from it. */
async function rewrite(
  { db }: World,
  { id, consent: old, action, digest }: Proposal,
  column: 'consent' | 'action',
  path: (string | number)[],
  fits: 'nothing' | 'the digest' | 'the digest and the card',
): Promise<string> {
  const changed = withLeaf(column === 'consent' ? old : action, path);
  const consent = column === 'action' ? old : (changed as Consent);
  const whole = fits === 'the digest and the card' && path[0] !== 'card' ? rendered(consent) : consent;
  const now = fits === 'nothing' ? digest : consentDigest(whole);
  await db.query(`update proposal set consent = $2, action = $3, digest = $4 where id = $1`, [
    id,
    JSON.stringify(whole),
    JSON.stringify(column === 'action' ? changed : action),
    now,
  ]);
  return now;
}

/** A card that belongs to other bytes is approved by no click, though its digest is right. */
async function cardOfOthers({ tally, size }: Trial, world: World): Promise<void> {
  const { consent } = await world.propose();
  const every = size({ quick: 3, ci: 1, full: 1 });
  for (const path of leavesOf(consent).filter((_, place) => place % every === 0)) {
    const proposal = await world.propose();
    const digest = await rewrite(world, proposal, 'consent', path, 'the digest');
    const answer = await world.stage.loop.approve({ proposalId: proposal.id, digest, person: APPROVER });
    const what = `consent.${path.join('.')} changed under the card`;
    tally.check(
      !answer.ok && (await world.approvals({ ...proposal, digest })) === 0,
      () => `${what}: approved`,
    );
    tally.count('cards of other bytes');
  }
}

/** The target is no longer what it was when it was approved. */
async function changedWorld({ tally }: Trial, world: World): Promise<void> {
  const proposal = await world.proposeApproved();
  world.cluster.changeByOthers('shop/pricing:hotfix');
  const state = await carryOut(world.stage, proposal.id);
  tally.check(
    world.cluster.writes.length === 0 && state === 'superseded',
    () => `a changed target: ${state}`,
  );
  const other = await world.proposeApproved();
  world.cluster.touchStatus();
  const after = await carryOut(world.stage, other.id);
  tally.check(after === 'succeeded', () => `a target of which only the status changed: ${after}`);
}

/** Two replicas at once, from the two clicks to the end. */
async function races({ tally, size }: Trial, worlds: Renewed<World>): Promise<void> {
  const count = size({ quick: 40, ci: 200, full: 1_000 });
  for (let race = 0; race < count; race += 1) {
    const world = await worlds.next();
    const replicas = [await world.replica(), await world.replica()];
    const proposal = await world.propose();
    let begun = 0;
    world.cluster.onWrite = () => void (begun += 1);
    const clicks = await Promise.all(
      replicas.map((replica, place) =>
        replica.loop.approve({
          proposalId: proposal.id,
          digest: proposal.digest,
          person: place === 0 ? APPROVER : SECOND,
        }),
      ),
    );
    await Promise.allSettled(replicas.map((replica) => carryOut(replica, proposal.id)));
    await world.pass(60);
    const state = await carryOut(world.stage, proposal.id);
    const right =
      begun === 1 && world.cluster.writes.length === 1 && clicks.filter(({ ok }) => ok).length === 1;
    tally.check(right, () => `race ${race}: ${begun} writes begun, ${canonicalJson(clicks)}`);
    tally.check(state === 'succeeded', () => `race ${race}: ended as ${state}`);
    const broken = await whyNoChain(world, proposal, begun);
    tally.check(broken === null, () => `race ${race}: ${broken}`);
    tally.count('races');
    world.cluster.onWrite = () => undefined;
  }
}
