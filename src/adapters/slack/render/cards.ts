import { isPending, type Proposal } from '../../../incident/proposal.ts';
import { isLead } from '../../../incident/question.ts';
import type { IncidentView } from '../../../incident/view.ts';

/** More open questions than this at once are a list to work through, not a choice. */
const MOST_CARDS = 3;

/** The pending proposals that get a card: those that undo something, then the best by rank. */
export function pendingCards(view: IncidentView): Proposal[] {
  return pending(view).slice(0, MOST_CARDS);
}

/** The pending proposals that are only listed by title. */
export function withoutCard(view: IncidentView): Proposal[] {
  return pending(view).slice(MOST_CARDS);
}

/** Whether a proposal that was never shown should get a card now: it awaits an answer, or it was acted on. */
export function deservesCard(view: IncidentView, proposal: Proposal): boolean {
  switch (proposal.state) {
    case 'proposed':
      return pendingCards(view).includes(proposal);
    case 'rejected':
    case 'expired':
    case 'superseded':
      return false;
    default:
      return true;
  }
}

function pending(view: IncidentView): Proposal[] {
  return view.proposals
    .filter((proposal) => isPending(proposal.state) && isLead(proposal))
    .sort((a, b) => Number(b.undoes !== null) - Number(a.undoes !== null) || a.rank - b.rank);
}
