import { aboutProposal } from '../incident/about-proposal.ts';
import type { Proposal, ProposalState } from '../incident/proposal.ts';
import type { ExecuteStore } from './execute-ports.ts';

/** How soon a step whose approval has expired is looked at again while those before it are under way. */
const EXPIRED_S = 60;

/** Ends a proposal that was not carried out, with its reason. The incident is triaged anew, for fresh proposals. */
export async function end(
  store: ExecuteStore,
  proposal: Proposal,
  from: ProposalState,
  why: string,
): Promise<void> {
  if (!(await store.moveProposal(proposal.id, from, 'superseded'))) return;
  await store.endExecution(proposal.id, why);
  await store.record({ kind: 'action.refused', ...about(proposal), why });
  await store.stopPlan(proposal, `it was not carried out: ${why}`);
  await store.enqueue({ kind: 'incident', id: proposal.incidentId });
}

/**
 * What follows when an execution could not begin. Where nothing speaks against it any more, the switch was
 * released at that very moment or somebody else was faster; another look, which changes nothing that has
 * moved on, keeps it from waiting for ever.
 */
export async function endOrTryAgain(
  store: ExecuteStore,
  proposal: Proposal,
  from: 'approved' | 'claimed',
): Promise<void> {
  if (await mustWait(store, proposal, from)) return;
  const before = from === 'approved' ? 'it began' : 'it was sent';
  const stopped = await store.stopped(proposal.id);
  if (stopped)
    return end(store, proposal, from, `all actions were stopped before ${before} (${stopped.why})`);
  if (!(await store.isConsented(proposal.id)))
    return end(store, proposal, from, `its approval had expired, or was of other bytes, before ${before}`);
  return store.enqueue({ kind: 'execute', id: proposal.id }, 1);
}

/**
 * Whether it cannot begin because of the steps before it in its plan. Where they are still under way it is left alone
 * for as long as its approval lasts: the success of the last of them brings it here again.
 */
export async function mustWait(
  store: ExecuteStore,
  proposal: Proposal,
  from: 'approved' | 'claimed',
): Promise<boolean> {
  const before = await store.earlierSteps(proposal.id);
  if (before === 'stopped')
    await end(store, proposal, from, 'a step of its plan before it has not succeeded, or is being undone');
  // It ends once they have ended; until then it is looked at, for the success that should wake it may be lost.
  if (before === 'under way' && !(await store.isConsented(proposal.id)))
    await store.enqueue({ kind: 'execute', id: proposal.id }, EXPIRED_S);
  return before !== 'succeeded';
}

/** What every entry about an execution says of it: Sitrep itself acts here. */
export function about(proposal: Proposal) {
  return { ...aboutProposal(proposal), actor: 'sitrep' };
}
