import type { Store } from '../../src/adapters/postgres/store/store.ts';
import type { Happening } from '../../src/incident/journal.ts';
import { APPROVER } from '../../test/support/loop.ts';
import { whyNoChain } from './chain-of-effects.ts';
import type { Trial } from './property.ts';
import { carryOut, type World } from './world.ts';

/** How the record of an effect goes on after its intent. */
const ENDING = ['action.answered', 'action.confirmed', 'verification.ended'];

/** Joins what the cluster has seen with the record: one whole chain for each effect, and none without an effect. */
export async function effectsHaveChains({ tally, size }: Trial, world: World): Promise<void> {
  for (let n = 0; n < size({ quick: 10, ci: 40, full: 200 }); n += 1) {
    const proposal = await world.proposeApproved();
    if (n % 5 === 4) world.cluster.changeByOthers('shop/pricing:hotfix');
    await carryOut(world.stage, proposal.id);
    const effects = world.cluster.writes.length;
    const broken = await whyNoChain(world, proposal, effects);
    tally.check(broken === null, () => `${broken}`);
    const { rows } = await world.db.query<{ kind: string }>(
      `select kind from journal where proposal = $1 order by seq`,
      [proposal.id],
    );
    const kinds = rows.map(({ kind }) => kind);
    const ending = ENDING.map((kind) => kinds.indexOf(kind));
    const isWhole =
      effects === 0
        ? kinds.includes('action.refused')
        : ending.every((place, at) => place > (ending[at - 1] ?? 0)) &&
          ending.every((place, at) => kinds.lastIndexOf(ENDING[at] ?? '') === place);
    tally.check(isWhole, () => `${effects} effects, on record: ${kinds.join(', ')}`);
    tally.count('effects with a whole chain', effects);
  }
}

/** Where an entry cannot be written, what it would speak of does not happen. */
export async function unwritable(
  { tally }: Trial,
  world: World,
  full: (store: Store, kind: Happening['kind']) => Store,
): Promise<void> {
  for (const kind of ['approval.given', 'action.claimed', 'action.sent'] as const) {
    const failing = await world.replica({ wrapStore: (store) => full(store, kind) });
    const proposal = await world.propose();
    const asked = { proposalId: proposal.id, digest: proposal.digest, person: APPROVER };
    await failing.loop.approve(asked).catch(() => undefined);
    await carryOut(failing, proposal.id).catch(() => undefined);
    tally.check(world.cluster.writes.length === 0, () => `written although ${kind} could not be recorded`);
    const { state: before } = await world.read(proposal.id);
    if (before === 'proposed') await world.stage.loop.approve(asked);
    const state = await carryOut(world.stage, proposal.id);
    tally.check(state === 'succeeded', () => `once ${kind} could be recorded again it ended as ${state}`);
    const broken = await whyNoChain(world, proposal, world.cluster.writes.length);
    tally.check(broken === null, () => `once ${kind} could be recorded again: ${broken}`);
    tally.count('entries that could not be written');
  }
}

/** There is no room for entries of one kind. */
export function diskFull(store: Store, kind: Happening['kind']): Store {
  return {
    ...store,
    record: async (entry) => {
      if (entry.kind === kind) throw new Error('no space left on device');
      await store.record(entry);
    },
  };
}
