import type { App, BlockAction, ButtonAction, types } from '@slack/bolt';
import { confirmationOf } from '../../../incident/confirmation.ts';
import { approveModal } from '../approve-modal.ts';
import { parseLabelId } from '../buttons.ts';
import type { Answer, Desk, Place } from '../desk.ts';
import { said } from '../render/said.ts';
import { rejectModal } from '../reject-modal.ts';
import { sayInThread, tellOutcome, type Say } from '../say.ts';
import { failureText, slackFailure } from '../slack-errors.ts';
import { isToken, type Pressed, type Standing } from '../tokens.ts';
import type { Listening } from './context.ts';

const DIGEST = /^[0-9a-f]{64}$/;

/** Every button: approve, reject (asks for the reason first), undo, labels, and those that are no longer known. */
export function listenForButtons(app: App, listening: Listening): void {
  const { desk, tokens, via, client, log } = listening;
  app.action<BlockAction>({ type: 'block_actions' }, async ({ ack, body, action }) => {
    await ack();
    if (action.type !== 'button') return;
    const person = body.user.id;
    const place = placeOf(body);
    const say = place ? sayInThread(client, log, person, place) : noPlace(log);
    const labelled = parseLabelId(action.action_id);
    if (labelled) return tellOutcome(say, log, async () => said(await label(desk, labelled, action, person)));
    const standing = standingOf(body);
    await tellOutcome(say, log, async () => {
      const pressed = isToken(action.value)
        ? await tokens.resolve(action.value, standing)
        : {
            refused: 'This button belongs to an older version of Sitrep. Use the newest card.',
            proposalId: null,
          };
      if ('refused' in pressed) {
        const { refused: why, proposalId } = pressed;
        await desk.refused({ person, asked: 'press a button', why, proposalId, via });
        return said({ ok: false, text: why });
      }
      const carried = action.value && standing && place ? { token: action.value, standing, place } : null;
      const dialog = dialogFor(pressed, carried, place);
      if (dialog) return openDialog(listening, body.trigger_id, dialog);
      const { kind, digest, question } = pressed;
      const about = { proposalId: question.lead.id, person };
      return said(kind === 'undo' ? await desk.undo(about) : await desk.approve({ ...about, digest }));
    });
  });
}

/** The dialog that must be filled in before anything is decided; null where the click says it all. */
function dialogFor(
  { kind, question }: Pressed,
  carried: { token: string; standing: Standing; place: Place } | null,
  place: Place | null,
): types.ModalView | null {
  if (kind === 'reject') return rejectModal(question.lead.id, place);
  const confirmation = confirmationOf(question);
  // Whoever may not approve at all is told so by the desk, at once and not after having typed.
  const open = question.lead.state === 'proposed' && question.lead.autonomy !== 'suggest';
  return kind === 'approve' && open && confirmation.by === 'typed' && carried
    ? approveModal(question, confirmation, carried)
    : null;
}

function label(
  desk: Desk,
  pressed: NonNullable<ReturnType<typeof parseLabelId>>,
  action: ButtonAction,
  person: string,
): Promise<Answer> | Answer {
  return action.value === undefined || !DIGEST.test(action.value)
    ? { ok: false, text: 'This button names no answer. Use the newest message in the thread.' }
    : desk.label({ ...pressed, digest: action.value, person });
}

/** Null where the dialog is open: then there is nothing to tell yet. */
async function openDialog({ client, log }: Listening, trigger: string, view: types.ModalView) {
  try {
    await client.views.open({ trigger_id: trigger, view });
    return null;
  } catch (error) {
    log.warn({ reason: failureText(slackFailure(error)) }, 'A dialog could not be opened');
    return said({ ok: false, text: 'Slack did not open the dialog. Press the button again.' });
  }
}

function standingOf({ container, channel, message }: BlockAction): Standing | null {
  const where = channel?.id ?? container['channel_id'];
  const ts = container['message_ts'] ?? message?.ts;
  return typeof where === 'string' && typeof ts === 'string' ? { channel: where, ts } : null;
}

function placeOf(body: BlockAction): Place | null {
  const { container } = body;
  const channel = body.channel?.id ?? container['channel_id'];
  const ts =
    container['thread_ts'] ?? body.message?.['thread_ts'] ?? container['message_ts'] ?? body.message?.ts;
  return typeof channel === 'string' && typeof ts === 'string' ? { channel, ts } : null;
}

function noPlace(log: Listening['log']): Say {
  return async ({ text }) => log.warn({ text }, 'There is no thread to answer in');
}
