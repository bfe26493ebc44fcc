import type { Proposal } from '../incident/proposal.ts';
import { about } from './end.ts';
import type { ExecutePorts } from './execute-ports.ts';
import type { ReadBack } from './tool.ts';

/** Longer than a request may still be under way that nobody saw the end of. */
export const LOOK_AGAIN_S = 30;

/** `sent` → `confirmed` where it was seen done, otherwise `unknown`, which is never success. */
export async function settle(
  proposal: Proposal,
  { transaction }: ExecutePorts,
  back: ReadBack,
): Promise<void> {
  await transaction(async (store) => {
    const to = back.state === 'done' ? 'confirmed' : 'unknown';
    if (!(await store.moveProposal(proposal.id, 'sent', to))) return;
    await store.endExecution(proposal.id, back.text);
    if (back.state === 'done') {
      if (back.inverse) await store.setInverse(proposal.id, back.inverse);
      await store.record({ kind: 'action.confirmed', ...about(proposal), readBack: back.text });
    } else {
      await store.record({ kind: 'action.unknown', ...about(proposal), why: back.text });
      await store.stopPlan(proposal, `nobody knows whether it took effect: ${back.text}`);
      await store.enqueue({ kind: 'execute', id: proposal.id }, LOOK_AGAIN_S);
      await store.enqueue({ kind: 'incident', id: proposal.incidentId });
      return;
    }
    await store.enqueue({ kind: 'proposal', id: proposal.id });
    await store.enqueue({ kind: 'incident', id: proposal.incidentId });
  });
}
