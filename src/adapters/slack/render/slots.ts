import type { Proposal } from '../../../incident/proposal.ts';
import type { Slot } from '../../../incident/thread.ts';
import type { IncidentView } from '../../../incident/view.ts';
import { deservesCard } from './cards.ts';
import { renderEvidence } from './evidence.ts';
import { renderOutcome } from './outcome.ts';
import { isOpenQuestion, renderProposal, type Tokens } from './proposal.ts';
import type { Rendered } from './rich.ts';
import { renderSummary } from './summary.ts';
import { undoable as mayUndo } from './undo.ts';

/** A slot that holds a message; the postmortem is a file and rendered apart. */
export type MessageSlot = Exclude<Slot, 'postmortem'>;

/**
 * What a slot shows at this moment. Null where there is nothing to show: the proposal is unknown, or it was
 * never shown and need not be. Without tokens there are no buttons.
 */
export function renderSlot(
  view: IncidentView,
  slot: MessageSlot,
  isPosted: boolean,
  tokens: Tokens | null = null,
): Rendered | null {
  if (slot === 'summary') return renderSummary(view);
  if (slot === 'evidence') return renderEvidence(view);
  const proposal = proposalOf(view, slot);
  if (!proposal) return null;
  if (slot.startsWith('outcome:'))
    return renderOutcome(view, proposal, mayUndo(view, proposal) ? tokens : null);
  return isPosted || deservesCard(view, proposal) ? renderProposal(view, proposal, tokens) : null;
}

/** The proposal under whose card or outcome there are buttons now; null where there are none. */
export function askedBySlot(view: IncidentView, slot: MessageSlot): Proposal | null {
  const proposal = proposalOf(view, slot);
  if (!proposal) return null;
  const asks = slot.startsWith('outcome:') ? mayUndo(view, proposal) : isOpenQuestion(view, proposal);
  return asks ? proposal : null;
}

function proposalOf(view: IncidentView, slot: string): Proposal | undefined {
  const id = slot.slice(slot.indexOf(':') + 1);
  return view.proposals.find((proposal) => proposal.id === id);
}
