import type { Proposal } from '../../../incident/proposal.ts';
import type { IncidentView } from '../../../incident/view.ts';
import { who } from './people.ts';
import { moment, oneLine, words, type Inline, SPACE } from './rich.ts';

/** Who decided what about a proposal, when and why; nothing while nobody has decided. */
export function decision(view: IncidentView, proposal: Proposal): Inline[] {
  switch (proposal.state) {
    case 'proposed': {
      const given = approvals(view, proposal);
      if (given.length === 0) return [];
      return [words(`${given.length} of ${proposal.consent.approvalsNeeded} approvals, by `), ...given];
    }
    case 'rejected':
      return [words('rejected by '), ...decider(proposal), ...because(proposal.decisionReason)];
    case 'expired':
      return [words('expired '), moment(proposal.expiresAt), words(', not carried out')];
    case 'superseded':
      return [
        words('withdrawn, not carried out'),
        ...because(lastWhy(view, proposal) ?? proposal.decisionReason),
      ];
    default:
      if (proposal.decidedBy === 'consent')
        return [words('approved together with what it undoes'), ...when(proposal)];
      return [
        words(proposal.autonomy === 'auto' ? 'allowed by policy, ' : 'approved by '),
        ...approvedBy(view, proposal),
      ];
  }
}

function approvedBy(view: IncidentView, proposal: Proposal): Inline[] {
  const given = approvals(view, proposal);
  if (given.length === 0) return decider(proposal);
  return [...given, ...when(proposal)];
}

/** Everybody who approved, each as a mention or a name. */
function approvals(view: IncidentView, proposal: Proposal): Inline[] {
  const people = view.journal.flatMap((entry) =>
    entry.kind === 'approval.given' && entry.proposal === proposal.id ? [entry.actor] : [],
  );
  return [...new Set(people)]
    .slice(0, 5)
    .flatMap((person, index) => (index === 0 ? [who(person)] : [words(' and '), who(person)]));
}

function decider(proposal: Proposal): Inline[] {
  return [who(proposal.decidedBy ?? 'somebody unknown'), ...when(proposal)];
}

function when(proposal: Proposal): Inline[] {
  return proposal.decidedAt ? [SPACE, moment(proposal.decidedAt)] : [];
}

function because(reason: string | null): Inline[] {
  return reason === null || reason.trim() === '' ? [] : [words(': '), oneLine(reason, 250)];
}

function lastWhy(view: IncidentView, proposal: Proposal): string | null {
  const entry = view.journal.findLast(
    (entry) =>
      (entry.kind === 'action.refused' && entry.proposal === proposal.id) ||
      (entry.kind === 'proposal.moved' && entry.proposal === proposal.id && entry.to === proposal.state),
  );
  return entry && 'why' in entry ? entry.why : null;
}
