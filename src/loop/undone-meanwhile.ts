import { aboutProposal } from '../incident/about-proposal.ts';
import { SITREP } from '../incident/person.ts';
import type { Proposal } from '../incident/proposal.ts';
import type { LoopPorts } from './ports.ts';

const LOOK_AGAIN_S = 1;

/**
 * Whether an action whose check still runs is being undone. Then what is measured is no longer its effect, so it is
 * neither a success nor a failure: it becomes `reverted` with the success of its undo, and inconclusive where that has none.
 */
export async function isUndoneMeanwhile(ports: LoopPorts, proposal: Proposal): Promise<boolean> {
  return ports.transaction(async (store) => {
    const undo = await store.undoUnderWay(proposal.id);
    if (undo === null) return false;
    if (undo !== 'failed' && undo !== 'inconclusive' && undo !== 'unknown') {
      await store.enqueue({ kind: 'proposal', id: proposal.id }, LOOK_AGAIN_S);
      return true;
    }
    if (!(await store.moveProposal(proposal.id, 'verifying', 'inconclusive'))) return true;
    const { incidentId } = proposal;
    await store.record({
      kind: 'verification.ended',
      ...aboutProposal(proposal),
      actor: SITREP,
      outcome: 'inconclusive',
      why: `it was being undone before its check had ended, and that undo is ${undo}`,
    });
    await store.stopPlan(proposal, 'it was being undone before its check had ended');
    await store.enqueue({ kind: 'incident', id: incidentId });
    return true;
  });
}
