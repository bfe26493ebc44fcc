import type { types } from '@slack/bolt';
import { z } from 'zod';
import { isLong, LONGEST_TYPED, type Confirmation } from '../../incident/confirmation.ts';
import { cardText } from '../../incident/literal.ts';
import type { Question } from '../../incident/question.ts';
import type { Place } from './desk.ts';
import { inertLine } from './escape.ts';
import { lines, richText, words } from './render/rich.ts';
import type { Standing } from './tokens.ts';

/** What the dialog carries from the button to its answer; the token is looked up again then. */
const carriedSchema = z.object({
  token: z.string().max(64),
  standing: z.object({ channel: z.string().max(50), ts: z.string().max(50) }),
  place: z.object({ channel: z.string().max(50), ts: z.string().max(50) }),
});
export type Carried = { token: string; standing: Standing; place: Place };

export const APPROVE_DIALOG = 'approve';
const FIELD = 'typed';

/** The dialog that shows the lines of a card whole and asks for more than a click. */
export function approveModal(
  { card, steps }: Question,
  confirmation: Extract<Confirmation, { by: 'typed' }>,
  carried: Carried,
): types.ModalView {
  const shown = isLong(card)
    ? richText(lines([words('The whole card is a file in this thread. Read it to its end.')]))
    : richText({ type: 'rich_text_preformatted', elements: [{ type: 'text', text: cardText(card) }] });
  return {
    type: 'modal',
    callback_id: APPROVE_DIALOG,
    private_metadata: JSON.stringify(carried),
    title: { type: 'plain_text', text: steps.length > 1 ? 'Approve this plan' : 'Approve this action' },
    submit: { type: 'plain_text', text: 'Approve' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      shown,
      {
        type: 'input',
        block_id: FIELD,
        label: {
          type: 'plain_text',
          text: inertLine(
            confirmation.told ? `Type ${confirmation.text} to approve it` : `Type ${confirmation.what}`,
            1_900,
          ),
        },
        hint: {
          type: 'plain_text',
          text: 'Exactly as it stands there. It goes into the record, with your name.',
        },
        element: { type: 'plain_text_input', action_id: FIELD, min_length: 1, max_length: LONGEST_TYPED },
      },
    ],
  };
}

/** What somebody typed. */
export function typedIn(
  values: Record<string, Record<string, { value?: string | null | undefined }>>,
): string {
  return values[FIELD]?.[FIELD]?.value ?? '';
}

/** What the dialog carried; null where that is not readable. */
export function carriedBy(privateMetadata: string): Carried | null {
  try {
    return carriedSchema.parse(JSON.parse(privateMetadata));
  } catch {
    return null;
  }
}
