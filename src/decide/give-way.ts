import { aboutProposal } from '../incident/about-proposal.ts';
import type { NewEntry } from '../incident/journal.ts';
import { SITREP } from '../incident/person.ts';
import type { Proposal, ProposalState } from '../incident/proposal.ts';
import type { Step } from '../incident/step.ts';

export interface GiveWayStore {
  /** Only from the given state; resolves to whether it was this call. */
  moveProposal(proposalId: string, from: ProposalState, to: ProposalState): Promise<boolean>;
  record(entry: NewEntry): Promise<void>;
  enqueue(step: Step): Promise<void>;
}

/** Takes back a proposal that nobody can approve any more, so that its incident gets a fresh one in its place. */
export async function giveWay(store: GiveWayStore, proposal: Proposal, why: string): Promise<void> {
  if (!(await store.moveProposal(proposal.id, 'proposed', 'superseded'))) return;
  await store.record({ kind: 'action.refused', ...aboutProposal(proposal), actor: SITREP, why });
  await store.enqueue({ kind: 'incident', id: proposal.incidentId });
}
