import type { Proposal } from '../incident/proposal.ts';
import { about } from './end.ts';
import type { ExecutePorts, ExecuteStore } from './execute-ports.ts';
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
    if (back.state === 'done') return confirm(store, proposal, 'sent', back);
    if (!(await store.moveProposal(proposal.id, 'sent', 'unknown'))) return;
    await store.endExecution(proposal.id, back.text);
    await store.record({ kind: 'action.unknown', ...about(proposal), why: back.text });
    await store.stopPlan(proposal, `nobody knows whether it took effect: ${back.text}`);
    await store.enqueue({ kind: 'execute', id: proposal.id }, LOOK_AGAIN_S);
    await store.enqueue({ kind: 'incident', id: proposal.incidentId });
  });
}

/** What was seen done is on record with what puts it back, and its check begins. */
export async function confirm(
  store: ExecuteStore,
  proposal: Proposal,
  from: 'sent' | 'unknown',
  { text, inverse }: Extract<ReadBack, { state: 'done' }>,
): Promise<void> {
  if (!(await store.moveProposal(proposal.id, from, 'confirmed'))) return;
  await store.endExecution(proposal.id, text);
  if (inverse) await store.setInverse(proposal.id, inverse);
  await store.record({ kind: 'action.confirmed', ...about(proposal), readBack: text });
  await store.enqueue({ kind: 'proposal', id: proposal.id });
  await store.enqueue({ kind: 'incident', id: proposal.incidentId });
}
