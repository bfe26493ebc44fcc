import type { types } from '@slack/bolt';
import { z } from 'zod';
import { LONGEST_REASON, SHORTEST_REASON, TOO_SHORT } from '../../incident/rejection.ts';
import { actionId } from './buttons.ts';
import type { Place } from './desk.ts';

const FIELD = 'reason';

const placeSchema = z.object({ channel: z.string().max(50), ts: z.string().max(50) });

/** The dialog that asks why a proposal is rejected. `place` is the thread in which the answer is given. */
export function rejectModal(proposalId: string, place: Place | null): types.ModalView {
  return {
    type: 'modal',
    callback_id: actionId('reject', proposalId),
    private_metadata: place === null ? '' : JSON.stringify(place),
    title: { type: 'plain_text', text: 'Reject this proposal' },
    submit: { type: 'plain_text', text: 'Reject' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      {
        type: 'input',
        block_id: FIELD,
        label: { type: 'plain_text', text: 'Why not?' },
        hint: {
          type: 'plain_text',
          text: `At least ${SHORTEST_REASON} characters. It goes into the record, with your name.`,
        },
        element: {
          type: 'plain_text_input',
          action_id: FIELD,
          multiline: true,
          min_length: SHORTEST_REASON,
          max_length: LONGEST_REASON,
        },
      },
    ],
  };
}

/** The reason that somebody typed, or the errors to show beside the field. */
export function reasonOf(
  values: Record<string, Record<string, { value?: string | null | undefined }>>,
): { reason: string } | { errors: Record<string, string> } {
  const reason = (values[FIELD]?.[FIELD]?.value ?? '').trim();
  if (reason.length < SHORTEST_REASON) return { errors: { [FIELD]: TOO_SHORT } };
  return { reason: reason.slice(0, LONGEST_REASON) };
}

/** Where the button stood that opened the dialog; null where that is not known. */
export function placeOf(privateMetadata: string): Place | null {
  try {
    return placeSchema.parse(JSON.parse(privateMetadata));
  } catch {
    return null;
  }
}
