import { isOngoing } from '../../../incident/incident.ts';
import type { Proposal } from '../../../incident/proposal.ts';
import { isLead, questionAmong, type Question } from '../../../incident/question.ts';
import type { Slot } from '../../../incident/thread.ts';
import type { IncidentView } from '../../../incident/view.ts';
import { deservesCard } from './cards.ts';
import { renderEvidence } from './evidence.ts';
import { renderOutcome } from './outcome.ts';
import { renderPlanOutcome } from './plan-outcome.ts';
import { isOpenQuestion, renderProposal, type Tokens } from './proposal.ts';
import type { Rendered } from './rich.ts';
import { renderSummary } from './summary.ts';
import { mayUndo } from './undo.ts';

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
  if (slot === 'evidence') return isPosted || mayTell(view) ? renderEvidence(view) : null;
  const proposal = proposalOf(view, slot);
  if (!proposal || !isLead(proposal)) return null;
  if (slot.startsWith('outcome:')) {
    const question = questionAmong(view.proposals, proposal);
    const undo = mayUndo(view, question) ? tokens : null;
    return proposal.consent.plan
      ? renderPlanOutcome(view, question, undo)
      : renderOutcome(view, proposal, undo);
  }
  return isPosted || deservesCard(view, proposal) ? renderProposal(view, proposal, tokens) : null;
}

/** An incident that ended before anybody looked at it has nothing to tell. */
function mayTell({ incident, journal }: IncidentView): boolean {
  return isOngoing(incident.state) || journal.some((entry) => entry.kind === 'evidence.found');
}

/** The question under whose card or outcome there are buttons now; null where there are none. */
export function askedBySlot(view: IncidentView, slot: MessageSlot): Question | null {
  const proposal = proposalOf(view, slot);
  if (!proposal || !isLead(proposal)) return null;
  const question = questionAmong(view.proposals, proposal);
  const asks = slot.startsWith('outcome:') ? mayUndo(view, question) : isOpenQuestion(view, proposal);
  return asks ? question : null;
}

function proposalOf(view: IncidentView, slot: string): Proposal | undefined {
  const id = slot.slice(slot.indexOf(':') + 1);
  return view.proposals.find((proposal) => proposal.id === id);
}
