import { isPending, isRunning, type Proposal } from '../../../incident/proposal.ts';
import type { Question } from '../../../incident/question.ts';
import { isUndoStanding } from '../../../incident/undo-standing.ts';
import type { IncidentView } from '../../../incident/view.ts';

/** Whether people are offered to undo what they were asked about: an action, or what a plan that has ended has done. */
export function mayUndo(view: IncidentView, { steps }: Question): boolean {
  if (steps.some(({ state }) => isPending(state) || isRunning(state))) return false;
  const helped = hasHelped(view, steps.at(-1));
  return steps.some((step) => !(helped && cures(step)) && undoable(view, step));
}

/** Nobody knows the time here. Whether an undo of unknown effect is still looked at is told to whoever presses the button. */
const BY_THEN = new Date(8.64e15);

/**
 * Whether people are offered to undo a proposal: it was carried out and its check has ended, it has an inverse, and no undo
 * of it stands.
 */
export function undoable(view: IncidentView, proposal: Proposal): boolean {
  if (proposal.inverse === null || proposal.undoes !== null) return false;
  if (!['succeeded', 'failed', 'inconclusive'].includes(proposal.state)) return false;
  if (!proposal.consent.plan && hasHelped(view, proposal) && cures(proposal)) return false;
  return !isUndoStanding(view.proposals, proposal.id, BY_THEN);
}

/** A rollback that has helped, alone or within a plan, has found its revision guilty, which Sitrep does not put back. */
function cures({ state, inverse }: Proposal): boolean {
  return state === 'succeeded' && inverse?.tool === 'kubernetes.rollback';
}

/** Whether the check of an action, or of the last step for its whole plan, has found that it helped, also where it was undone since. */
function hasHelped({ journal }: IncidentView, last: Proposal | undefined): boolean {
  if (!last?.consent.predicate.alertsResolved) return false;
  return (
    last.state === 'succeeded' ||
    (last.state === 'reverted' &&
      journal.some(
        (entry) =>
          entry.kind === 'verification.ended' && entry.proposal === last.id && entry.outcome === 'succeeded',
      ))
  );
}
