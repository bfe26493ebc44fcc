import type { Proposal } from '../../../incident/proposal.ts';
import type { IncidentView } from '../../../incident/view.ts';

/**
 * Whether people are offered to undo a proposal: it was carried out and its check has ended, it has an inverse, and
 * nobody has asked for that inverse yet.
 */
export function undoable(view: IncidentView, proposal: Proposal): boolean {
  if (proposal.inverse === null || proposal.undoes !== null) return false;
  if (!['succeeded', 'failed', 'inconclusive'].includes(proposal.state)) return false;
  return !view.proposals.some((other) => other.undoes === proposal.id && !wasDropped(other));
}

function wasDropped(proposal: Proposal): boolean {
  return proposal.state === 'rejected' || proposal.state === 'expired' || proposal.state === 'superseded';
}
