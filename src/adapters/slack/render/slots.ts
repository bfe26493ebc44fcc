import type { Proposal } from '../../../incident/proposal.ts';
import type { Slot } from '../../../incident/thread.ts';
import type { IncidentView } from '../../../incident/view.ts';
import { deservesCard } from './cards.ts';
import { renderEvidence } from './evidence.ts';
import { renderOutcome } from './outcome.ts';
import { renderProposal } from './proposal.ts';
import type { Rendered } from './rich.ts';
import { renderSummary } from './summary.ts';
import { undoable } from './undo.ts';

/** A slot that holds a message; the postmortem is a file and rendered apart. */
export type MessageSlot = Exclude<Slot, 'postmortem'>;

/**
 * What a slot shows at this moment. Null where there is nothing to show: the proposal is unknown, or it was
 * never shown and need not be.
 */
export function renderSlot(view: IncidentView, slot: MessageSlot, isPosted: boolean): Rendered | null {
  if (slot === 'summary') return renderSummary(view);
  if (slot === 'evidence') return renderEvidence(view);
  const proposal = proposalOf(view, slot);
  if (!proposal) return null;
  if (slot.startsWith('outcome:')) return renderOutcome(view, proposal, undoable(view, proposal));
  return isPosted || deservesCard(view, proposal) ? renderProposal(view, proposal) : null;
}

function proposalOf(view: IncidentView, slot: string): Proposal | undefined {
  const id = slot.slice(slot.indexOf(':') + 1);
  return view.proposals.find((proposal) => proposal.id === id);
}
