import { isPending, isRunning, type Proposal } from '../../../incident/proposal.ts';
import type { Question } from '../../../incident/question.ts';
import type { IncidentView } from '../../../incident/view.ts';

/** Whether people are offered to undo what they were asked about: an action, or what a plan that has ended has done. */
export function mayUndo(view: IncidentView, { steps }: Question): boolean {
  if (steps.some(({ state }) => isPending(state) || isRunning(state))) return false;
  const asked = steps.some((step) => step.state !== 'reverted' && isUndoAsked(view, step));
  return !asked && steps.some((step) => undoable(view, step));
}

/**
 * Whether people are offered to undo a proposal: it was carried out and its check has ended, it has an inverse, and
 * nobody has asked for that inverse yet.
 */
export function undoable(view: IncidentView, proposal: Proposal): boolean {
  if (proposal.inverse === null || proposal.undoes !== null) return false;
  if (!['succeeded', 'failed', 'inconclusive'].includes(proposal.state)) return false;
  return !isUndoAsked(view, proposal);
}

function isUndoAsked(view: IncidentView, { id }: Proposal): boolean {
  return view.proposals.some((other) => other.undoes === id && !wasDropped(other));
}

function wasDropped(proposal: Proposal): boolean {
  return proposal.state === 'rejected' || proposal.state === 'expired' || proposal.state === 'superseded';
}
