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
      return [
        words('expired '),
        moment(proposal.expiresAt),
        words(', not carried out'),
        ...inItsPlace(view, proposal),
      ];
    case 'superseded':
      return [
        words('withdrawn, not carried out'),
        ...because(whyEnded(view, proposal)),
        ...inItsPlace(view, proposal),
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

/** Names the fresh proposal that has taken the place of this one; nothing where there is none. */
export function freshOne(view: IncidentView, proposal: Proposal): Inline[] {
  const made = view.journal.findLast(
    (entry) => entry.kind === 'proposal.made' && entry.replaces?.proposal === proposal.id,
  );
  return made?.kind === 'proposal.made'
    ? [oneLine(`“${made.title}”`, 160), words(', proposed '), moment(made.at)]
    : [];
}

function inItsPlace(view: IncidentView, proposal: Proposal): Inline[] {
  const fresh = freshOne(view, proposal);
  return fresh.length === 0 ? [] : [words(' · in its place: '), ...fresh];
}

/** Why a proposal was withdrawn, in the words of the record. */
export function whyEnded(view: IncidentView, proposal: Proposal): string | null {
  const entry = view.journal.findLast(
    (entry) =>
      (entry.kind === 'action.refused' && entry.proposal === proposal.id) ||
      (entry.kind === 'proposal.moved' && entry.proposal === proposal.id && entry.to === proposal.state),
  );
  return entry && 'why' in entry ? entry.why : proposal.decisionReason;
}
