import type { Proposal } from '../../../incident/proposal.ts';
import type { IncidentView } from '../../../incident/view.ts';
import { actionId } from '../buttons.ts';
import { inertLine, inertMarkup } from '../escape.ts';
import { fit, must } from './fit.ts';
import { results } from './progress.ts';
import type { Tokens } from './proposal.ts';
import { bold, bullets, emoji, lines, richText, words, type Block, type Rendered, SPACE } from './rich.ts';

/** What became of an action, and the button to undo it where it did not help for certain. */
export function renderOutcome(view: IncidentView, proposal: Proposal, tokens: Tokens | null): Rendered {
  const { sign, sentence } = verdict(proposal);
  const title = inertLine(proposal.title, 150);
  const steps = results(view, proposal);
  return {
    text: inertMarkup(`${sentence} ${title}`),
    blocks: fit([
      ...must(richText(lines([emoji(sign), SPACE, bold(words(sentence))], [words(title)]))),
      ...must(...(steps.length === 0 ? [] : [richText(bullets(steps))])),
      ...must(...(tokens ? [undoButton(proposal, tokens)] : [])),
    ]),
  };
}

function verdict(proposal: Proposal): { sign: string; sentence: string } {
  switch (proposal.state) {
    case 'succeeded':
      return { sign: 'white_check_mark', sentence: 'It helped.' };
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

function undoButton(proposal: Proposal, tokens: Tokens): Block {
  return {
    type: 'actions',
    elements: [
      {
        type: 'button',
        action_id: actionId('undo', proposal.id),
        value: tokens.undo,
        text: { type: 'plain_text', text: 'Propose to undo it' },
      },
    ],
  };
}
