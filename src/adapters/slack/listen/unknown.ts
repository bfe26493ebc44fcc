import type { App } from '@slack/bolt';

/** Whatever else Slack may send is acknowledged, so that nobody sees an error after three seconds. */
export function acknowledgeUnknown(app: App): void {
  app.shortcut(/.*/s, async ({ ack }) => ack());
  app.options(/.*/s, async ({ ack }) => ack({ options: [] }));
  app.view({ type: 'view_closed', callback_id: /.*/s }, async ({ ack }) => ack());
  app.action({ type: 'interactive_message' }, async ({ ack }) => ack());
  app.action({ type: 'dialog_submission' }, async ({ ack }) => ack());
}
