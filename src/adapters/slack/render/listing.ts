import { shownConfidence } from '../../../incident/confidence.ts';
import { incidentName, type Incident } from '../../../incident/incident.ts';
import { isRequester } from '../../../incident/person.ts';
import type { Proposal } from '../../../incident/proposal.ts';
import { questionOf, type Waiting } from '../../../incident/question.ts';
import type { Stopped } from '../../../incident/stop.ts';
import { counted } from '../../../incident/text.ts';
import { fit, must, optional } from './fit.ts';
import { who } from './people.ts';
import {
  bold,
  bullets,
  lines,
  moment,
  oneLine,
  richText,
  words,
  type Inline,
  type Rendered,
  SPACE,
} from './rich.ts';

export type Awaiting = Waiting & { incident: Incident };

const MOST = 10;

/** What is going on right now, for one person. */
export function renderStatus(
  ongoing: Incident[],
  awaiting: Awaiting[],
  stopped: Stopped | null,
  person: string,
): Rendered {
  const mine = awaiting.filter((item) => awaits(item.proposal, person));
  const text =
    ongoing.length === 0
      ? 'No incident is going on.'
      : `${counted(ongoing.length, 'incident')} going on, ${counted(awaiting.length, 'proposal')} awaiting a decision.`;
  return {
    text,
    blocks: fit([
      ...must(richText(lines([bold(words(text))], switchLine(stopped)))),
      ...optional(
        ...(ongoing.length === 0 ? [] : [richText(bullets(ongoing.slice(0, MOST).map(incidentLine)))]),
      ),
      ...optional(
        ...(mine.length === 0
          ? []
          : [richText(lines([bold(words('Awaiting you'))]), bullets(mine.slice(0, MOST).map(awaitingLine)))]),
      ),
    ]),
  };
}

/** The latest incidents. */
export function renderIncidents(incidents: Incident[]): Rendered {
  const text =
    incidents.length === 0
      ? 'There has been no incident yet.'
      : `The latest ${counted(incidents.length, 'incident')}:`;
  return {
    text,
    blocks: fit([
      ...must(richText(lines([words(text)]))),
      ...optional(
        ...(incidents.length === 0 ? [] : [richText(bullets(incidents.slice(0, MOST).map(incidentLine)))]),
      ),
    ]),
  };
}

/** Whether this person may decide the proposal: listed as an approver, and not the one who asked for it. */
export function awaits(proposal: Proposal, person: string): boolean {
  return proposal.consent.approvers.includes(person) && !isRequester(proposal.requestedBy, person);
}

/** Whether actions are stopped, by whom and why. */
export function switchLine(stopped: Stopped | null): Inline[] {
  if (stopped === null) return [words('Actions are allowed.')];
  const { by, why, undoing, isOutside = false } = stopped;
  const except =
    undoing.length === 0
      ? ''
      : ` Except undoing ${counted(undoing.length, 'action')}, which may be approved in the thread.`;
  // Nothing in Slack lifts that: the reason says what does.
  if (isOutside) return [words('All actions are stopped: '), oneLine(why, 500), words(`.${except}`)];
  return [
    words('All actions are stopped by '),
    who(by),
    words(': '),
    oneLine(why, 200),
    words(`.${except} /sitrep resume allows them again.`),
  ];
}

export function incidentLine(incident: Incident): Inline[] {
  return [
    bold(words(incidentName(incident.id))),
    words(` ${incident.state}, ${incident.severity}: `),
    oneLine(incident.title, 150),
    words(', opened '),
    moment(incident.openedAt),
  ];
}

export function awaitingLine({ proposal, steps = [proposal], incident }: Awaiting): Inline[] {
  return [
    bold(words(incidentName(incident.id))),
    SPACE,
    oneLine(questionOf(steps).title, 250),
    words(` (confidence ${shownConfidence(proposal.confidence)}, risk ${proposal.risk}), expires `),
    moment(proposal.expiresAt),
  ];
}
