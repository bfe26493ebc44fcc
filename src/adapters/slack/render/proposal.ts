import { shownConfidence } from '../../../incident/confidence.ts';
import type { types } from '@slack/bolt';
import { isPending, type Proposal, type Reason } from '../../../incident/proposal.ts';
import type { IncidentView } from '../../../incident/view.ts';
import { actionId } from '../buttons.ts';
import { inertLine, inertMarkup, literal } from '../escape.ts';
import { decision } from './decision.ts';
import { fit, must, optional, sizeOf } from './fit.ts';
import { source } from './links.ts';
import { progress } from './progress.ts';
import { bold, bullets, lines, moment, oneLine, richText, smallPrint, words } from './rich.ts';
import type { Block, Inline, Rendered } from './rich.ts';

const REASONS = 4;

/** A card longer than this could push its own buttons or half of itself out of sight. */
const LONGEST_CARD = 6_000;

/**
 * The card of one proposal. The lines that a person consents to stand there whole and exactly as digested;
 * a card that is too long for that cannot be approved here. Buttons go when somebody has decided.
 */
export function renderProposal(view: IncidentView, proposal: Proposal): Rendered {
  const card = consentBlock(proposal);
  const pending = isPending(proposal.state);
  const decided = decision(view, proposal);
  const steps = progress(view, proposal);
  const title = inertLine(proposal.title, 150);
  return {
    text: inertMarkup(`${pending ? 'Proposed' : `Proposal ${proposal.state}`}: ${title}`),
    blocks: fit([
      ...must(richText(heading(proposal, title))),
      ...optional(
        ...reasons(view, 'For', proposal.reasonsFor),
        ...reasons(view, 'Against', proposal.reasonsAgainst),
      ),
      ...must(
        card ?? smallPrint('This action is too long to be shown whole, so it cannot be approved in Slack.'),
      ),
      ...must(...(decided.length === 0 ? [] : [richText(lines([bold(words('Decision: ')), ...decided]))])),
      ...must(...(steps.length === 0 ? [] : [richText(bullets(steps))])),
      ...must(...(pending ? openQuestion(view, proposal, card !== null) : [])),
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

/** The lines of the consent, or null where they do not fit. */
function consentBlock(proposal: Proposal): Block | null {
  const text = proposal.consent.card.map(literal).join('\n');
  if (text === '') return null;
  const block = richText({ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] });
  return sizeOf(block) <= LONGEST_CARD ? block : null;
}

function openQuestion(view: IncidentView, proposal: Proposal, mayApprove: boolean): Block[] {
  const approve: types.Button = {
    type: 'button',
    action_id: actionId('approve', proposal.id),
    value: proposal.digest,
    text: { type: 'plain_text', text: 'Approve' },
    style: 'primary',
  };
  const reject: types.Button = {
    type: 'button',
    action_id: actionId('reject', proposal.id),
    value: proposal.digest,
    text: { type: 'plain_text', text: 'Reject' },
  };
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
        [words(`${asks}Expires `), moment(proposal.expiresAt), words('.')],
        view.stopped
          ? [
              words(
                'All actions are stopped: nothing can be approved until a listed approver allows them again.',
              ),
            ]
          : [],
      ),
    ),
    {
      type: 'actions',
      elements: mayApprove && proposal.autonomy !== 'suggest' ? [approve, reject] : [reject],
    },
  ];
}
