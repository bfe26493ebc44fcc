import { randomUUID } from 'node:crypto';
import { consentDigest, type Consent, type Proposal } from '../../src/incident/proposal.ts';
import { APPROVER, ONCALL, SECOND } from '../../test/support/loop.ts';
import type { Trial } from '../support/property.ts';
import { carryOut, type World } from '../support/world.ts';

/** An action that was under way when everything was stopped, and the undo that the stop offers. */
async function orderedUndo(world: World): Promise<Proposal> {
  const { stage, db } = world;
  // Nothing else is under way, and no earlier rollback says that its revision is guilty.
  await db.query(`update proposal set state = 'inconclusive' where state in ('verifying', 'succeeded')`);
  const undone = await world.proposeApproved();
  await carryOut(stage, undone.id);
  await db.query(`update proposal set state = 'verifying' where id = $1`, [undone.id]);
  await stage.loop.stop({ person: ONCALL, why: 'test', undoLastS: 0 });
  const { order } = await stage.transaction((store) => store.lockSwitch());
  if (order === null) throw new Error('A stop that says undo has made no order.');
  await stage.loop.run({ kind: 'undo', id: order });
  const { rows } = await db.query<{ id: string }>(`select id from proposal where undoes = $1`, [undone.id]);
  if (!rows[0]) throw new Error('What is under way was not offered to be undone.');
  // Its check has ended, so that nothing but the stop holds others back from its target.
  await db.query(`update proposal set state = 'inconclusive' where id = $1`, [undone.id]);
  return world.read(rows[0].id);
}

/** The same, approved by an approver while everything else is stopped. */
export async function orderedUndoApproved(world: World): Promise<Proposal> {
  const undo = await orderedUndo(world);
  const answer = await world.stage.loop.approve({
    proposalId: undo.id,
    digest: undo.digest,
    person: APPROVER,
  });
  if (!answer.ok) throw new Error(`The approval of an ordered undo was refused: ${answer.text}`);
  return undo;
}

/** What looks like an ordered undo and is none; each brings the undo, or something like it, as far as it can. */
const PRETENDERS: { name: string; of(world: World, undo: Proposal): Promise<string> }[] = [
  { name: 'the ordered undo, which nobody has approved', of: async (_, undo) => undo.id },
  { name: 'the ordered undo, approved by the policy', of: (world, undo) => decidedBy(world, undo, 'policy') },
  {
    name: 'the ordered undo, approved together with its action',
    of: (world, undo) => decidedBy(world, undo, 'consent'),
  },
  {
    name: 'an undo of the same action that does something else',
    of: (world, undo) => approvedLike(world, undo, { arguments: { ...undo.consent.arguments, revision: 1 } }),
  },
  {
    name: 'the same bytes as the undo of another action',
    of: async (world, undo) => {
      const other = await another(world, undo);
      return approvedLike(world, undo, {}, { undoes: other.id });
    },
  },
  {
    name: 'the same bytes as an action of its own',
    of: (world, undo) => approvedLike(world, undo, {}, { undoes: null }),
  },
  { name: 'another action', of: async (world) => approvedLike(world, await world.propose(), {}) },
];

/** While a stop names an order, exactly what the order lists and people have approved is written, and once. */
export async function onlyOrdered({ tally }: Trial, world: World): Promise<void> {
  const { stage } = world;
  for (const { name, of } of PRETENDERS) {
    const id = await of(world, await orderedUndo(world));
    const before = world.cluster.writes.length;
    const state = await carryOut(stage, id);
    tally.check(
      world.cluster.writes.length === before,
      () => `${name} passed a stop that names an order; it ended as ${state}`,
    );
    await stage.loop.resume({ person: APPROVER });
  }
  await byItself(world, tally);
  for (const person of [ONCALL, 'U0ANYBODY', 'policy', 'consent', 'sitrep', '']) {
    const undo = await orderedUndo(world);
    const answer = await stage.loop.approve({ proposalId: undo.id, digest: undo.digest, person });
    tally.check(!answer.ok, () => `“${person}” approved an ordered undo`);
    await stage.loop.resume({ person: APPROVER });
  }
}

/** That nothing passes is worth nothing where what should pass does not; a later stop that names nothing ends that. */
async function byItself(world: World, tally: Trial['tally']): Promise<void> {
  const { stage } = world;
  for (const later of [false, true]) {
    const undo = await orderedUndoApproved(world);
    const before = world.cluster.writes.length;
    if (later) await stage.loop.stop({ person: SECOND, why: 'test' });
    const state = await carryOut(stage, undo.id);
    const written = world.cluster.writes.length - before;
    tally.check(
      written === (later ? 0 : 1) && (later ? state === 'superseded' : state === 'succeeded'),
      () =>
        `an ordered undo${later ? ', stopped once more,' : ''} wrote ${written} times and ended as ${state}`,
    );
    if (written === 1) tally.count('ordered undos carried out');
    await stage.loop.resume({ person: APPROVER });
  }
}

async function decidedBy({ db }: World, { id }: Proposal, by: string): Promise<string> {
  await db.query(
    `update proposal set state = 'approved', decided_by = $2, decided_at = now(), policy_effect = 'auto' where id = $1`,
    [id, by],
  );
  return id;
}

/** A proposal with bytes of its own that people have approved, whatever is stopped. */
async function approvedLike(
  { stage }: World,
  like: Proposal,
  changes: Partial<Consent>,
  over: Partial<Proposal> = {},
): Promise<string> {
  const consent = { ...like.consent, ...changes };
  const action = { tool: consent.tool, arguments: consent.arguments } as Proposal['action'];
  const digest = consentDigest(consent);
  const proposal = { ...like, id: randomUUID(), action, consent, digest, ...over };
  await stage.transaction(async (store) => {
    await store.addProposal(proposal);
    await store.giveApproval(proposal.id, APPROVER, digest);
    await store.consume(proposal.id, digest, APPROVER);
  });
  return proposal.id;
}

async function another({ stage }: World, like: Proposal): Promise<Proposal> {
  const proposal = { ...like, id: randomUUID(), undoes: null };
  await stage.transaction((store) => store.addProposal(proposal));
  return proposal;
}
