import type { Proposal } from '../incident/proposal.ts';
import { about, end, endOrTryAgain, mustWait } from './end.ts';
import { LEASE_S, type ExecutePorts, type ExecuteStore } from './execute-ports.ts';

/** How long a proposal that had to wait is left alone. */
const HELD_S = 10;

/** `approved` → `claimed`, held back, or ended where the switch or somebody else was faster. */
export async function claim(proposal: Proposal, ports: ExecutePorts): Promise<void> {
  await ports.transaction(async (store) => {
    if (await mustWait(store, proposal, 'approved')) return;
    const forbidden = await ports.whyForbidden(store, proposal);
    if (forbidden !== null) return end(store, proposal, 'approved', forbidden);
    const held = await store.whyHeld(proposal.id, ports.limits);
    if (held !== null) return holdBack(store, proposal, held);
    if (await store.claim(proposal.id, LEASE_S)) {
      await store.record({ kind: 'action.claimed', ...about(proposal), digest: proposal.digest });
      await store.enqueue({ kind: 'execute', id: proposal.id });
      return;
    }
    await endOrTryAgain(store, proposal, 'approved');
  });
}

/** Leaves it `approved`, says once why, and looks again; the switch and the end of its approval end it all the same. */
async function holdBack(store: ExecuteStore, proposal: Proposal, why: string): Promise<void> {
  if (await store.stopped(proposal.id)) return endOrTryAgain(store, proposal, 'approved');
  if (!(await store.isConsented(proposal.id)))
    return end(store, proposal, 'approved', `its approval expired while it was held back: ${why}`);
  if ((await store.lastHeld(proposal.id)) !== why)
    await store.record({ kind: 'action.held', ...about(proposal), why });
  await store.enqueue({ kind: 'execute', id: proposal.id }, HELD_S);
}
