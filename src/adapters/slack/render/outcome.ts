import { awaitsReview, type Proposal } from '../../../incident/proposal.ts';
import type { IncidentView } from '../../../incident/view.ts';
import { actionId } from '../buttons.ts';
import { inertLine, inertMarkup } from '../escape.ts';
import { freshOne } from './decision.ts';
import { fit, must } from './fit.ts';
import { who } from './people.ts';
import { results } from './progress.ts';
import {
  bold,
  bullets,
  emoji,
  lines,
  richText,
  words,
  type Block,
  type Inline,
  type Rendered,
  SPACE,
} from './rich.ts';
import type { Tokens } from './proposal.ts';

/** What became of an action, and the button to undo it; one that helped has it too, in case it harms later. */
export function renderOutcome(view: IncidentView, proposal: Proposal, tokens: Tokens | null): Rendered {
  const { sign, sentence } = verdict(proposal);
  const title = inertLine(proposal.title, 150);
  const steps = results(view, proposal);
  const fresh = proposal.state === 'superseded' ? freshOne(view, proposal) : [];
  return {
    text: inertMarkup(`${sentence} ${title}`),
    blocks: fit([
      ...must(richText(lines([emoji(sign), SPACE, bold(words(sentence))], [words(title)]))),
      ...must(...(steps.length === 0 ? [] : [richText(bullets(steps))])),
      ...must(...(proposal.state === 'unknown' ? [richText(lines(handOver(proposal)))] : [])),
      ...must(...(fresh.length === 0 ? [] : [richText(lines([words('In its place: '), ...fresh]))])),
      ...must(...(tokens ? [undoButton(proposal, tokens)] : [])),
    ]),
  };
}

function verdict(proposal: Proposal): { sign: string; sentence: string } {
  switch (proposal.state) {
    case 'succeeded':
      if (awaitsReview(proposal)) return { sign: 'eyes', sentence: 'It is open; not merged yet.' };
      // Where nothing had to recover, as with an undo, nothing was helped.
      return {
        sign: 'white_check_mark',
        sentence: proposal.consent.predicate.alertsResolved ? 'It helped.' : 'It is done.',
      };
    case 'failed':
      return { sign: 'x', sentence: 'It did not help.' };
    case 'inconclusive':
      return { sign: 'grey_question', sentence: 'It is not clear whether it helped.' };
    case 'unknown':
      return { sign: 'warning', sentence: 'Nobody knows whether it took effect: a person must look.' };
    case 'reverted':
      return { sign: 'leftwards_arrow_with_hook', sentence: 'It was undone.' };
    case 'superseded':
    case 'expired':
    case 'rejected':
      return { sign: 'no_entry_sign', sentence: 'It was not carried out.' };
    case 'proposed':
    case 'approved':
    case 'claimed':
    case 'sent':
      return { sign: 'hourglass_flowing_sand', sentence: 'It is under way.' };
    case 'confirmed':
    case 'verifying':
      return {
        sign: 'hourglass_flowing_sand',
        sentence: 'It was carried out; whether it helps is being watched.',
      };
    default:
      return proposal.state satisfies never;
  }
}

/** Who must do what where only a person can tell. */
export function handOver({ decidedBy, consent }: Proposal): Inline[] {
  const person =
    decidedBy !== null && consent.approvers.includes(decidedBy) ? [decidedBy] : consent.approvers;
  const asked = person.slice(0, 3).flatMap((one) => [who(one), SPACE]);
  return [
    ...asked,
    words(`Look at ${inertLine(consent.target.identity, 200)} now. `),
    words('Where it is not as the action wanted it, do it by hand or approve a fresh proposal. '),
    words('Sitrep looks again twice a minute until the approval expires, and never sends it a second time.'),
  ];
}

export function undoButton(proposal: Proposal, tokens: Tokens): Block {
  return {
    type: 'actions',
    elements: [
      {
        type: 'button',
        action_id: actionId('undo', proposal.id),
        value: tokens.undo,
        text: { type: 'plain_text', text: proposal.state === 'succeeded' ? 'Undo' : 'Propose to undo it' },
      },
    ],
  };
}
