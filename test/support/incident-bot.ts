import type { App } from '@slack/bolt';

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const section = (text: string) => ({ type: 'section' as const, text: { type: 'mrkdwn' as const, text } });
const choice = (value: string, text: string) => ({ text: plain(text), value });

/** The card of a small incident, with every kind of control that a message may hold. */
export const INCIDENT_BLOCKS = [
  { type: 'header' as const, text: plain(':rotating_light: checkout is slow') },
  section(
    '*p95 is 2.4 s* (threshold 0.5 s) since 14:02, one minute after `checkout` 1.8.0 went out.\n*Next:* roll back to 1.7.4.',
  ),
  {
    type: 'section' as const,
    fields: [
      { type: 'mrkdwn' as const, text: '*Service*\ncheckout' },
      { type: 'mrkdwn' as const, text: '*Severity*\ncritical' },
    ],
  },
  {
    type: 'actions' as const,
    block_id: 'decision',
    elements: [
      {
        type: 'button' as const,
        action_id: 'approve',
        style: 'primary' as const,
        text: plain('Approve rollback'),
        value: 'p-1',
        confirm: {
          title: plain('Roll back checkout?'),
          text: { type: 'mrkdwn' as const, text: 'To *1.7.4*, three replicas.' },
          confirm: plain('Roll back'),
          deny: plain('Not yet'),
        },
      },
      {
        type: 'button' as const,
        action_id: 'reject',
        style: 'danger' as const,
        text: plain('Reject'),
        value: 'p-1',
      },
      {
        type: 'static_select' as const,
        action_id: 'severity',
        placeholder: plain('Severity'),
        options: [choice('critical', 'Critical'), choice('minor', 'Minor')],
      },
      {
        type: 'overflow' as const,
        action_id: 'more',
        options: [choice('mute', 'Keep quiet for an hour'), choice('why', 'Why do you think so?')],
      },
    ],
  },
  {
    type: 'context' as const,
    elements: [{ type: 'mrkdwn' as const, text: 'Confidence: likely · not yet calibrated' }],
  },
];

/** A modal with every input that the console draws. */
export const REJECT_MODAL = {
  type: 'modal' as const,
  callback_id: 'reject',
  title: plain('Reject the proposal'),
  submit: plain('Reject'),
  close: plain('Keep'),
  blocks: [
    section('Your reason goes on record and into the postmortem.'),
    {
      type: 'input' as const,
      block_id: 'reason',
      label: plain('Reason'),
      hint: plain('What would have to be different?'),
      element: { type: 'plain_text_input' as const, action_id: 'text', multiline: true, max_length: 500 },
    },
    {
      type: 'input' as const,
      block_id: 'kind',
      label: plain('Kind'),
      element: {
        type: 'static_select' as const,
        action_id: 'kind',
        options: [choice('wrong', 'Wrong cause'), choice('risky', 'Too risky')],
      },
    },
    {
      type: 'input' as const,
      block_id: 'tell',
      optional: true,
      label: plain('Tell'),
      element: { type: 'multi_users_select' as const, action_id: 'people', placeholder: plain('People') },
    },
    {
      type: 'input' as const,
      block_id: 'again',
      optional: true,
      label: plain('Ask again'),
      element: {
        type: 'radio_buttons' as const,
        action_id: 'when',
        options: [choice('never', 'Never'), choice('hour', 'In an hour')],
      },
    },
    {
      type: 'input' as const,
      block_id: 'also',
      optional: true,
      label: plain('Also'),
      element: {
        type: 'checkboxes' as const,
        action_id: 'also',
        options: [choice('page', 'Page the owner'), choice('mute', 'Mute')],
      },
    },
    {
      type: 'input' as const,
      block_id: 'until',
      optional: true,
      label: plain('Valid until'),
      element: { type: 'datepicker' as const, action_id: 'date' },
    },
  ],
};

/** What the bot has seen, for assertions. */
export interface Seen {
  actions: string[];
  submissions: unknown[];
}

/** Teaches a Bolt app a small incident story: /incident, buttons, a modal, App Home and an ephemeral answer. */
export function teachIncidents(app: App): Seen {
  const seen: Seen = { actions: [], submissions: [] };
  app.command('/incident', async ({ ack, client, command }) => {
    await ack();
    const { ts } = await client.chat.postMessage({
      channel: command.channel_id,
      text: 'checkout is slow',
      blocks: INCIDENT_BLOCKS,
    });
    const reply = (text: string) =>
      client.chat.postMessage({ channel: command.channel_id, thread_ts: ts ?? '', text });
    await reply(
      '*Evidence* · runbook <https://example.com/runbook|checkout latency>, “Roll back first, then look”',
    );
    await reply('*Suspect* · commit `4f1c2aa` “Load every order line for the badge”');
  });
  app.command('/sitrep', async ({ ack, command }) => ack(`*${command.text}*: one incident is open.`));
  app.action('approve', async ({ ack, body, client, respond }) => {
    await ack();
    seen.actions.push('approve');
    if (body.type !== 'block_actions' || !body.channel || !body.message) return;
    const [header, ...rest] = INCIDENT_BLOCKS.filter((block) => block.type !== 'actions');
    const decided = section(`:white_check_mark: <@${body.user.id}> approved the rollback.`);
    const blocks = [header, ...rest, decided].filter((block) => block !== undefined);
    await client.chat.update({ channel: body.channel.id, ts: body.message['ts'], text: 'approved', blocks });
    await respond({ response_type: 'ephemeral', text: 'Rolling back now.' });
  });
  app.action('reject', async ({ ack, body, client }) => {
    await ack();
    if (body.type === 'block_actions')
      await client.views.open({ trigger_id: body.trigger_id, view: REJECT_MODAL });
  });
  app.action(/severity|more/, async ({ ack, action }) => {
    await ack();
    if (action.type === 'static_select' || action.type === 'overflow')
      seen.actions.push(action.selected_option.value);
  });
  app.view('reject', async ({ ack, view }) => {
    const reason = view.state.values['reason']?.['text']?.value ?? '';
    if (reason.length < 5)
      return ack({ response_action: 'errors', errors: { reason: 'Say a little more.' } });
    seen.submissions.push(view.state.values);
    return ack();
  });
  app.event('app_mention', async ({ event, client }) => {
    await client.chat.postMessage({
      channel: event.channel,
      thread_ts: event.thread_ts ?? event.ts,
      text: 'I am looking.',
    });
  });
  app.event('app_home_opened', async ({ event, client }) => {
    const blocks = [
      { type: 'header' as const, text: plain('Awaiting you') },
      section('One proposal needs your *approval*.'),
    ];
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
  });
  return seen;
}
