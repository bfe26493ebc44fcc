import { shownConfidence } from '../../../incident/confidence.ts';
import { incidentName, isOngoing } from '../../../incident/incident.ts';
import { SITREP } from '../../../incident/person.ts';
import { awaitsReview, isRunning, type Proposal } from '../../../incident/proposal.ts';
import { passesStop } from '../../../incident/stop.ts';
import { questionAmong, successes } from '../../../incident/question.ts';
import type { IncidentView } from '../../../incident/view.ts';
import { inertLine } from '../escape.ts';
import { pendingCards, withoutCard } from './cards.ts';
import { mayBeOld } from './may-be-old.ts';
import { undoable } from './undo.ts';

/**
 * What the reader should do now, as one line of plain text, inert. Somebody who was woken by this and
 * reads nothing else must not do the wrong thing.
 */
export function advice(view: IncidentView): string {
  const { incident, proposals, stopped } = view;
  // Whoever stopped everything asked for it, even where the action has helped or the incident is over.
  const ordered = pendingCards(view).find((card) => passesStop(stopped, card));
  if (ordered) return `Decide in the thread: “${asked(view, ordered)}”. All other actions are stopped.`;
  const left = waitingUndos(view);
  if (incident.state === 'closed')
    return left === null ? 'Nothing to do: this incident is closed.' : `This incident is closed. ${left}`;
  const unknown = proposals.find((proposal) => proposal.state === 'unknown');
  if (unknown) return `Look yourself: nobody knows whether “${title(unknown.title)}” took effect.`;
  if (incident.state === 'resolved') {
    const helped = successes(proposals)
      .filter(({ steps }) => !steps.some(awaitsReview))
      .toSorted((a, b) => Number(b.lead.decidedAt) - Number(a.lead.decidedAt))[0];
    const how = helped ? `It is over: “${title(helped.title)}” helped.` : 'It is over.';
    return `${how} ${left === null ? '' : `${left} `}Read the postmortem draft and correct what is wrong.`;
  }
  // To undo what has helped is nobody's next move, whoever asked for it; nor is another fix while nothing fires.
  const [best, ...others] = pendingCards(view)
    .filter(
      (card) =>
        !undoesSuccess(view, card) &&
        (incident.state !== 'monitoring' || card.undoes !== null || isByHand(card)),
    )
    .toSorted((a, b) => Number(isByHand(a)) - Number(isByHand(b)));
  if (best && stopped?.isOutside) return `Nothing can run: ${inertLine(stopped.why, 300)}.`;
  if (best && stopped) return `Nothing can run: all actions are stopped. /sitrep resume allows them again.`;
  const running = proposals.find((proposal) => isRunning(proposal.state));
  if (running) return `Wait: “${asked(view, running)}” is under way.`;
  const more =
    others.length === 0 ? '' : ` or ${others.length === 1 ? 'the other proposal' : 'one of the others'}`;
  if (best?.undoes) return `Decide in the thread: “${asked(view, best)}”${more}.`;
  const unhelpful = proposals.find((proposal) => proposal.state !== 'succeeded' && undoable(view, proposal));
  if (unhelpful) {
    const result = unhelpful.state === 'failed' ? 'did not help' : 'may not have helped';
    const instead = best
      ? ` or to try “${asked(view, best)}” (confidence ${shownConfidence(best.confidence)})`
      : '';
    return `“${title(unhelpful.title)}” ${result}: decide in the thread whether to undo it${instead}.`;
  }
  if (best) {
    return `Decide in the thread: “${asked(view, best)}” (confidence ${shownConfidence(best.confidence)})${more}.`;
  }
  switch (incident.state) {
    case 'open':
    case 'triaging':
      return 'Nothing yet: Sitrep is gathering evidence.';
    case 'awaiting':
      return 'No fix that Sitrep could propose: a person has to look. The evidence is in the thread.';
    case 'mitigating':
      return 'Wait: a fix is under way.';
    case 'monitoring':
      return 'Nothing: Sitrep is watching whether it stays well.';
    default:
      return incident.state satisfies never;
  }
}

/** What is asked though the incident is over; null where nothing is. */
function waitingUndos(view: IncidentView): string | null {
  const [first, ...others] = [...pendingCards(view), ...withoutCard(view)].filter(
    ({ undoes }) => undoes !== null,
  );
  if (!first) return null;
  if (others.length > 0) return `${others.length + 1} undos still wait for an answer in the thread.`;
  const name = inertLine(questionAmong(view.proposals, first).title, 100);
  return `An undo still waits for an answer in the thread: “${name}”.`;
}

/** What is going on, as one line of plain text, inert. */
export function headline(view: IncidentView): string {
  const { incident } = view;
  const state =
    incident.state === 'resolved' || incident.state === 'closed' ? incident.state : incident.severity;
  const then = isOngoing(incident.state) && mayBeOld(incident.title) ? ' (when it began)' : '';
  return `${incidentName(incident.id)} ${state}: ${title(incident.title)}${then}`;
}

/** What people are asked: the action, or the plan that it leads. */
function asked(view: IncidentView, proposal: Proposal): string {
  return title(questionAmong(view.proposals, proposal).title);
}

/** What somebody has asked for has a card like every other; what Sitrep found is the better advice. */
function isByHand({ requestedBy, undoes }: Proposal): boolean {
  return requestedBy !== SITREP && undoes === null;
}

function undoesSuccess(view: IncidentView, { undoes }: Proposal): boolean {
  return view.proposals.some((other) => other.id === undoes && other.state === 'succeeded');
}

function title(text: string): string {
  return inertLine(text, 150);
}
