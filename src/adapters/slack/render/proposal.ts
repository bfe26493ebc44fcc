import { shownConfidence } from '../../../incident/confidence.ts';
import type { types } from '@slack/bolt';
import type { Risk } from '../../../incident/action.ts';
import { standingOf } from '../../../incident/plan.ts';
import { isPending, type Proposal, type Reason } from '../../../incident/proposal.ts';
import { questionAmong, type Question } from '../../../incident/question.ts';
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
import { planProgress, progress } from './progress.ts';
import { replacing } from './replacing.ts';
import { bold, bullets, emoji, lines, moment, oneLine, richText, smallPrint, SPACE, words } from './rich.ts';
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
 * The card of one action or one plan. The lines that a person consents to stand there whole and exactly as digested;
 * a card that is too long for that is a file beside it. Buttons go when there is nothing left to decide.
 */
export function renderProposal(
  view: IncidentView,
  proposal: Proposal,
  tokens: Tokens | null = null,
): Rendered {
  const question = questionAmong(view.proposals, proposal);
  const pending = isPending(proposal.state);
  const decided = decision(view, proposal);
  const steps = proposal.consent.plan ? planProgress(view, question) : progress(view, proposal);
  const title = inertLine(question.title, proposal.consent.plan ? 400 : 150);
  return {
    text: inertMarkup(
      `${pending ? 'Proposed' : `Proposal ${proposal.consent.plan ? standingOf(question.steps).kind : proposal.state}`}: ${title}`,
    ),
    blocks: fit([
      ...must(richText(heading(question, title)), ...cautions(question)),
      ...(pending ? must : optional)(...question.steps.flatMap((step) => replacing(view, step))),
      ...optional(
        ...reasons(
          view,
          'For',
          together(question, ({ reasonsFor }) => reasonsFor),
        ),
        ...reasons(
          view,
          'Against',
          together(question, ({ reasonsAgainst }) => reasonsAgainst),
        ),
      ),
      ...must(consentBlock(question)),
      ...must(...(decided.length === 0 ? [] : [richText(lines([bold(words('Decision: ')), ...decided]))])),
      ...must(...(steps.length === 0 ? [] : [richText(bullets(steps))])),
      ...must(...(isOpenQuestion(view, proposal) ? openQuestion(view, question, tokens) : [])),
    ]),
  };
}

function heading({ lead: proposal, steps }: Question, title: string) {
  const rules = [...new Set(steps.map(({ policyRule }) => policyRule))];
  return lines(
    [bold(words(title, 450))],
    [
      words('Confidence '),
      bold(words(shownConfidence(proposal.confidence))),
      words(` (${inertLine(proposal.confidence.record, 150)}) · risk `),
      bold(words(riskiest(steps))),
      words(' · policy “'),
      oneLine(rules.join(', '), 80),
      words('”'),
    ],
  );
}

/** What the lines of the consent begin with, in a place where nobody can miss it; a long card is only a file. */
function cautions({ steps }: Question): Block[] {
  const notes = [
    ...new Set(steps.flatMap((step) => [...(step.consent.shown?.notes ?? []), ...undoCaution(step)])),
  ];
  if (notes.length === 0) return [];
  return [
    richText(lines(...notes.map((note): Inline[] => [emoji('warning'), SPACE, bold(words(note, 300))]))),
  ];
}

/** Whoever approves a rollback together with its undo must read what the card of that undo would say. */
function undoCaution({ state, consent: { tool, undoIfFailed } }: Proposal): string[] {
  if (!isPending(state) || tool !== 'kubernetes.rollback' || undoIfFailed?.tool !== 'kubernetes.rollback')
    return [];
  const { deployment, revision } = undoIfFailed.arguments;
  return [
    `Careful: where this does not help, revision ${revision} is put back by itself, which is suspected of this incident: deployment ${deployment}`,
  ];
}

function riskiest(steps: readonly Proposal[]): Risk {
  return (['high', 'medium'] as const).find((one) => steps.some(({ risk }) => risk === one)) ?? 'low';
}

/** The reasons of all steps, each once. */
function together({ steps }: Question, of: (step: Proposal) => Reason[]): Reason[] {
  const all = steps.flatMap(of);
  return all.filter(({ text }, place) => all.findIndex((one) => one.text === text) === place);
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
function consentBlock({ lead, steps, card }: Question): Block {
  if (isLong(card))
    return smallPrint(
      `This ${steps.length > 1 ? 'plan' : 'action'} is too long for a message. The file ${cardFileName(lead.id)} in this thread shows it whole.`,
    );
  return richText({
    type: 'rich_text_preformatted',
    elements: [{ type: 'text', text: cardText(card) || '(empty)' }],
  });
}

function openQuestion(view: IncidentView, question: Question, tokens: Tokens | null): Block[] {
  const { lead: proposal } = question;
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
    ...(tokens ? [buttons(question, tokens)] : []),
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
  if (stopped.isOutside)
    return `All actions are stopped, and this cannot be approved until that is lifted: ${inertLine(stopped.why, 400)}.`;
  const undo = proposal.undoes === null ? '' : ' /sitrep stop undo lets what is under way be undone first.';
  return `All actions are stopped: this cannot be approved until a listed approver says /sitrep resume.${undo}`;
}

function buttons(question: Question, tokens: Tokens): Block {
  const { lead: proposal, steps } = question;
  const all = steps.length > 1 ? ` all ${steps.length} steps` : '';
  const approve: types.Button = {
    type: 'button',
    action_id: actionId('approve', proposal.id),
    value: tokens.approve,
    // Three dots, as for everything that asks for more before it does anything.
    text: { type: 'plain_text', text: `Approve${all}${confirmationOf(question).by === 'typed' ? '…' : ''}` },
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
