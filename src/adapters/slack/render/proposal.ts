import { shownConfidence } from '../../../incident/confidence.ts';
import type { types } from '@slack/bolt';
import { isPending, type Proposal, type Reason } from '../../../incident/proposal.ts';
import type { IncidentView } from '../../../incident/view.ts';
import { passesStop, type Stopped } from '../../../incident/stop.ts';
import { confirmationOf, isLong } from '../../../incident/confirmation.ts';
import { SITREP } from '../../../incident/person.ts';
import { cardText } from '../../../incident/literal.ts';
import { actionId, type ButtonKind } from '../buttons.ts';
import { inertLine, inertMarkup } from '../escape.ts';
import { cardFileName } from './card-file.ts';
import { decision } from './decision.ts';
import { fit, must, optional } from './fit.ts';
import { source } from './links.ts';
import { who } from './people.ts';
import { progress } from './progress.ts';
import { replacing } from './replacing.ts';
import { bold, bullets, lines, moment, oneLine, richText, smallPrint, words } from './rich.ts';
import type { Block, Inline, Rendered } from './rich.ts';

const REASONS = 4;

/** What each button of a card carries. */
export type Tokens = Record<ButtonKind, string>;

/** Whether there is anything to decide: not where somebody has. Where the incident is over, only whether to undo something. */
export function isOpenQuestion({ incident }: IncidentView, { state, undoes }: Proposal): boolean {
  const over = incident.state === 'resolved' || incident.state === 'closed';
  return isPending(state) && (!over || undoes !== null);
}

/**
 * The card of one proposal. The lines that a person consents to stand there whole and exactly as digested;
 * a card that is too long for that is a file beside it. Buttons go when there is nothing left to decide.
 */
export function renderProposal(
  view: IncidentView,
  proposal: Proposal,
  tokens: Tokens | null = null,
): Rendered {
  const card = consentBlock(proposal);
  const pending = isPending(proposal.state);
  const decided = decision(view, proposal);
  const steps = progress(view, proposal);
  const title = inertLine(proposal.title, 150);
  return {
    text: inertMarkup(`${pending ? 'Proposed' : `Proposal ${proposal.state}`}: ${title}`),
    blocks: fit([
      ...must(richText(heading(proposal, title))),
      ...(pending ? must : optional)(...replacing(view, proposal)),
      ...optional(
        ...reasons(view, 'For', proposal.reasonsFor),
        ...reasons(view, 'Against', proposal.reasonsAgainst),
      ),
      ...must(card),
      ...must(...(decided.length === 0 ? [] : [richText(lines([bold(words('Decision: ')), ...decided]))])),
      ...must(...(steps.length === 0 ? [] : [richText(bullets(steps))])),
      ...must(...(isOpenQuestion(view, proposal) ? openQuestion(view, proposal, tokens) : [])),
    ]),
  };
}

function heading(proposal: Proposal, title: string) {
  const kind = proposal.undoes === null ? '' : 'Undo: ';
  return lines(
    [bold(words(kind + title, 200))],
    [
      words('Confidence '),
      bold(words(shownConfidence(proposal.confidence))),
      words(` (${inertLine(proposal.confidence.record, 150)}) · risk `),
      bold(words(proposal.risk)),
      words(' · policy “'),
      oneLine(proposal.policyRule, 80),
      words('”'),
    ],
  );
}

function reasons(view: IncidentView, title: string, all: Reason[]): Block[] {
  if (all.length === 0) return [];
  const items = all.slice(0, REASONS).map((reason): Inline[] => {
    const evidence = view.evidence.find((item) => item.id === reason.evidenceId);
    return [oneLine(reason.text, 250), ...(evidence ? source(evidence.link) : [])];
  });
  return [richText(lines([bold(words(title))]), bullets(items))];
}

/** The lines of the consent, whole, or where to find them. */
function consentBlock({ id, consent: { card } }: Proposal): Block {
  if (isLong(card))
    return smallPrint(
      `This action is too long for a message. The file ${cardFileName(id)} in this thread shows it whole.`,
    );
  return richText({
    type: 'rich_text_preformatted',
    elements: [{ type: 'text', text: cardText(card) || '(empty)' }],
  });
}

function openQuestion(view: IncidentView, proposal: Proposal, tokens: Tokens | null): Block[] {
  const needed = proposal.consent.approvalsNeeded;
  const asks =
    proposal.autonomy === 'suggest'
      ? 'A suggestion: do it by hand if you think it right. '
      : needed > 1
        ? `Needs ${needed} approvals. `
        : '';
  return [
    richText(
      lines(
        ...requester(proposal),
        [words(`${asks}Expires `), moment(proposal.expiresAt), words('.')],
        view.stopped ? [words(whileStopped(view.stopped, proposal))] : [],
      ),
    ),
    ...(tokens ? [buttons(proposal, tokens)] : []),
  ];
}

/** Whoever asked for it by hand; everybody else may approve it. */
function requester({ requestedBy }: Proposal): Inline[][] {
  if (requestedBy === SITREP) return [];
  return [[words('Asked for by '), who(requestedBy), words(', who cannot approve it.')]];
}

function whileStopped(stopped: Stopped, proposal: Proposal): string {
  if (passesStop(stopped, proposal))
    return 'All other actions are stopped. This undo was ordered with the stop: it runs as soon as it is approved.';
  const undo = proposal.undoes === null ? '' : ' /sitrep stop undo lets what is under way be undone first.';
  return `All actions are stopped: this cannot be approved until a listed approver says /sitrep resume.${undo}`;
}

function buttons(proposal: Proposal, tokens: Tokens): Block {
  const approve: types.Button = {
    type: 'button',
    action_id: actionId('approve', proposal.id),
    value: tokens.approve,
    // Three dots, as for everything that asks for more before it does anything.
    text: { type: 'plain_text', text: confirmationOf(proposal).by === 'typed' ? 'Approve…' : 'Approve' },
    style: 'primary',
  };
  const reject: types.Button = {
    type: 'button',
    action_id: actionId('reject', proposal.id),
    value: tokens.reject,
    text: { type: 'plain_text', text: 'Reject' },
  };
  return { type: 'actions', elements: proposal.autonomy === 'suggest' ? [reject] : [approve, reject] };
}
