import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import { parseActionId, parseLabelId } from '../buttons.ts';
import type { Answer, Desk, Place } from '../desk.ts';
import { said } from '../render/said.ts';
import { rejectModal } from '../reject-modal.ts';
import { sayInThread, tellOutcome, type Say } from '../say.ts';
import { failureText, slackFailure } from '../slack-errors.ts';
import type { Listening } from './context.ts';

const DIGEST = /^[0-9a-f]{64}$/;

/** Every button: approve, reject (asks for the reason first), undo, labels, and those that are no longer known. */
export function listenForButtons(app: App, listening: Listening): void {
  const { desk, client, log } = listening;
  app.action<BlockAction>({ type: 'block_actions' }, async ({ ack, body, action }) => {
    await ack();
    if (action.type !== 'button') return;
    const person = body.user.id;
    const place = placeOf(body);
    const say = place ? sayInThread(client, log, person, place) : noPlace(log);
    const labelled = parseLabelId(action.action_id);
    if (labelled) return tellOutcome(say, log, async () => said(await label(desk, labelled, action, person)));
    const button = parseActionId(action.action_id);
    if (button === null)
      return say(said({ ok: false, text: 'This button belongs to an older version of Sitrep.' }));
    const { kind, proposalId } = button;
    if (kind === 'reject') return openRejectModal(listening, say, body.trigger_id, proposalId, place);
    await tellOutcome(say, log, async () => {
      if (kind === 'undo') return said(await desk.undo({ proposalId, person }));
      const digest = digestOn(action);
      if (digest === null)
        return said({ ok: false, text: 'This button names no action. Use the newest card in the thread.' });
      return said(await desk.approve({ proposalId, digest, person }));
    });
  });
}

function label(
  desk: Desk,
  pressed: NonNullable<ReturnType<typeof parseLabelId>>,
  action: ButtonAction,
  person: string,
): Promise<Answer> | Answer {
  const digest = digestOn(action);
  return digest === null
    ? { ok: false, text: 'This button names no answer. Use the newest message in the thread.' }
    : desk.label({ ...pressed, digest, person });
}

function digestOn(action: ButtonAction): string | null {
  return action.value !== undefined && DIGEST.test(action.value) ? action.value : null;
}

async function openRejectModal(
  { client, log }: Listening,
  say: Say,
  trigger: string,
  proposalId: string,
  place: Place | null,
): Promise<void> {
  try {
    await client.views.open({ trigger_id: trigger, view: rejectModal(proposalId, place) });
  } catch (error) {
    log.warn({ reason: failureText(slackFailure(error)) }, 'The dialog for a rejection could not be opened');
    await say(said({ ok: false, text: 'Slack did not open the dialog. Press Reject again.' }));
  }
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
