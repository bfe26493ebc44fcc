import type { App } from '@slack/bolt';
import { parseActionId } from '../buttons.ts';
import { said } from '../render/said.ts';
import { placeOf, reasonOf } from '../reject-modal.ts';
import { sayInThread, tellOutcome, type Say } from '../say.ts';
import type { Listening } from './context.ts';

/** The dialog that asks for the reason of a rejection; any other dialog is closed. */
export function listenForRejections(app: App, listening: Listening): void {
  const { desk, client, log } = listening;
  app.view({ type: 'view_submission', callback_id: /^(?!approve$)/ }, async ({ ack, body, view }) => {
    const dialog = parseActionId(view.callback_id);
    if (dialog?.kind !== 'reject') return ack();
    const given = reasonOf(view.state.values);
    if ('errors' in given) return ack({ response_action: 'errors', errors: given.errors });
    await ack();
    const person = body.user.id;
    const place = placeOf(view.private_metadata);
    const say: Say = place ? sayInThread(client, log, person, place) : async () => undefined;
    await tellOutcome(say, log, async () => {
      return said(await desk.reject({ proposalId: dialog.proposalId, person, reason: given.reason }));
    });
  });
}
