import { isLong } from '../../../incident/confirmation.ts';
import { cardText } from '../../../incident/literal.ts';
import type { Question } from '../../../incident/question.ts';
import type { SlackFile } from './postmortem.ts';

/** The name of the file that holds a card which is too long for a message. */
export function cardFileName(id: string): string {
  return `sitrep-card-${id}.txt`;
}

/** Such a card as a file; null where the message shows it whole. What its approval takes stands at its end. */
export function cardFile({ lead, card, digest }: Question): SlackFile | null {
  if (!isLong(card)) return null;
  return {
    filename: cardFileName(lead.id),
    title: 'The whole card of a proposal',
    comment: 'Read this before you approve the proposal below.',
    content: `${cardText(card)}\n\nDigest: ${digest}\n`,
  };
}
