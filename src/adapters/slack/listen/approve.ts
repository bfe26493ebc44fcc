import type { App } from '@slack/bolt';
import { APPROVE_DIALOG, carriedBy, typedIn } from '../approve-modal.ts';
import { said } from '../render/said.ts';
import { sayInThread, tellOutcome } from '../say.ts';
import type { Listening } from './context.ts';

/** The dialog in which somebody typed what an approval takes besides a click. */
export function listenForApprovals(app: App, listening: Listening): void {
  const { desk, tokens, via, client, log } = listening;
  app.view({ type: 'view_submission', callback_id: APPROVE_DIALOG }, async ({ ack, body, view }) => {
    await ack();
    const carried = carriedBy(view.private_metadata);
    if (carried === null) return;
    const person = body.user.id;
    await tellOutcome(sayInThread(client, log, person, carried.place), log, async () => {
      const pressed = await tokens.resolve(carried.token, carried.standing);
      if ('refused' in pressed) {
        const { refused: why, proposalId } = pressed;
        await desk.refused({ person, asked: 'approve', why, proposalId, via });
        return said({ ok: false, text: why });
      }
      const { kind, question, digest } = pressed;
      const proposalId = question.lead.id;
      // The dialog is opened by Approve alone; what another button carries is no consent.
      if (kind !== 'approve') {
        const why = 'This dialog does not belong to a button that approves. Use the card in the thread.';
        await desk.refused({ person, asked: 'approve', why, proposalId, via });
        return said({ ok: false, text: why });
      }
      return said(await desk.approve({ proposalId, digest, person, typed: typedIn(view.state.values) }));
    });
  });
}
