import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { WebClient } from '@slack/web-api';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { sendSigned } from '../../src/adapters/local/slack/signed-request.ts';
import type { SlackStandIn } from '../../src/adapters/local/slack/stand-in.ts';
import {
  APPROVER,
  BOT_TOKEN,
  CLIENT_OPTIONS,
  ON_CALL,
  startSlackBench,
  type SlackBench,
} from '../support/slack-bench.ts';

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const section = (text: string) => ({ type: 'section' as const, text: { type: 'mrkdwn' as const, text } });
const buttons = (...ids: string[]) => ({
  type: 'actions' as const,
  block_id: 'choices',
  elements: ids.map((id) => ({
    type: 'button' as const,
    action_id: id,
    text: plain(id),
    value: `${id}-value`,
  })),
});
const noteModal = {
  type: 'modal' as const,
  callback_id: 'note',
  title: plain('Note'),
  submit: plain('Save'),
  notify_on_close: true,
  private_metadata: 'incident-1',
  blocks: [
    {
      type: 'input' as const,
      block_id: 'why',
      label: plain('Why'),
      element: { type: 'plain_text_input' as const, action_id: 'text', multiline: true },
    },
    {
      type: 'input' as const,
      block_id: 'risk',
      label: plain('Risk'),
      optional: true,
      element: {
        type: 'static_select' as const,
        action_id: 'level',
        options: [{ text: plain('Low'), value: 'low' }],
      },
    },
  ],
};

let bench: SlackBench;
let slack: SlackStandIn;
let client: WebClient;
let channel: string;

async function begin(options: Parameters<typeof startSlackBench>[0] = {}): Promise<void> {
  bench = await startSlackBench(options);
  slack = bench.slack;
  client = new WebClient(BOT_TOKEN, { ...CLIENT_OPTIONS, slackApiUrl: slack.apiUrl });
  channel = slack.channel.id;
}

/** What the Web API answered when it refused. */
async function refusal(
  call: Promise<unknown>,
): Promise<{ error: string; response_metadata?: { messages?: string[] } }> {
  return call.then(
    () => Promise.reject(new Error('The call was expected to be refused.')),
    (error: { data: { error: string } }) => error.data,
  );
}

describe('the Web API', () => {
  beforeAll(() => begin());
  afterAll(() => bench.stop());

  test('knows the bot, the people and the channel by their lasting ids', async () => {
    expect(await client.auth.test()).toMatchObject({
      ok: true,
      user_id: slack.app.botUserId,
      bot_id: slack.app.botId,
    });
    expect((await client.users.info({ user: ON_CALL.id })).user).toMatchObject({
      id: ON_CALL.id,
      name: 'on-call',
    });
    expect((await client.conversations.info({ channel })).channel).toMatchObject({
      id: channel,
      name: 'incidents',
      is_member: true,
    });
  });

  test('accepts the configured token only', async () => {
    const stranger = new WebClient('xoxb-another', { ...CLIENT_OPTIONS, slackApiUrl: slack.apiUrl });
    expect((await refusal(stranger.auth.test())).error).toBe('invalid_auth');
    const nobody = await fetch(`${slack.apiUrl}auth.test`, { method: 'POST' });
    expect(await nobody.json()).toEqual({ ok: false, error: 'not_authed' });
  });

  test('answers unknown methods as Slack does', async () => {
    expect((await refusal(client.apiCall('chat.nonsense'))).error).toBe('unknown_method');
    expect((await refusal(client.apiCall('nonsense.atAll'))).error).toBe('unknown_method');
  });

  test('posts, edits and deletes messages that carry bot_id, app_id and metadata', async () => {
    const metadata = { event_type: 'incident', event_payload: { id: 'm-1' } };
    const posted = await client.chat.postMessage({
      channel,
      text: 'hello',
      blocks: [section('*hello*')],
      metadata,
    });
    expect(posted.message).toMatchObject({
      bot_id: slack.app.botId,
      app_id: slack.app.appId,
      user: slack.app.botUserId,
    });
    const ts = posted.ts ?? '';
    const read = async (include: boolean) =>
      (
        await client.conversations.history({
          channel,
          latest: ts,
          oldest: ts,
          inclusive: true,
          include_all_metadata: include,
        })
      ).messages;
    expect(await read(true)).toMatchObject([{ ts, text: 'hello', metadata }]);
    expect((await read(false))?.[0]).not.toHaveProperty('metadata');

    await client.chat.update({ channel, ts, text: 'bye' });
    expect(await read(true)).toMatchObject([
      { text: 'bye', blocks: [{ type: 'section' }], metadata, edited: {} },
    ]);
    await client.chat.delete({ channel, ts });
    expect(await read(true)).toEqual([]);
    expect((await refusal(client.chat.update({ channel, ts, text: 'again' }))).error).toBe(
      'message_not_found',
    );
  });

  test("does not let the app edit a person's message", async () => {
    const { ts } = slack.say(ON_CALL.id, 'mine');
    expect((await refusal(client.chat.update({ channel, ts, text: 'x' }))).error).toBe('cant_update_message');
    expect((await refusal(client.chat.delete({ channel, ts }))).error).toBe('cant_delete_message');
  });

  test('gives every message its own ts, in order', async () => {
    const sent = await Promise.all(
      Array.from({ length: 20 }, () => client.chat.postMessage({ channel, text: 'burst' })),
    );
    expect(new Set(sent.map((answer) => answer.ts)).size).toBe(20);
  });

  test('pages history by latest, oldest, inclusive and limit', async () => {
    const stamps: string[] = [];
    for (const text of ['a', 'b', 'c', 'd'])
      stamps.push((await client.chat.postMessage({ channel, text })).ts ?? '');
    const [a = '', , c = '', d = ''] = stamps;
    const texts = async (args: object) =>
      (await client.conversations.history({ channel, ...args })).messages?.map((message) => message.text);
    expect(await texts({ oldest: a })).toEqual(['d', 'c', 'b']);
    expect(await texts({ oldest: a, inclusive: true })).toEqual(['d', 'c', 'b', 'a']);
    expect(await texts({ oldest: a, latest: d })).toEqual(['c', 'b']);
    expect(await texts({ oldest: a, latest: c, inclusive: true, limit: 2 })).toEqual(['c', 'b']);
  });

  test('keeps replies in their thread', async () => {
    const parent = (await client.chat.postMessage({ channel, text: 'parent' })).ts ?? '';
    const first = (await client.chat.postMessage({ channel, thread_ts: parent, text: 'first' })).ts ?? '';
    await client.chat.postMessage({ channel, thread_ts: first, text: 'second' });
    const { messages } = await client.conversations.replies({ channel, ts: parent });
    expect(messages?.map((message) => message.text)).toEqual(['parent', 'first', 'second']);
    expect(messages?.[0]).toMatchObject({ reply_count: 2, thread_ts: parent });
    const history = await client.conversations.history({ channel, oldest: parent });
    expect(history.messages?.map((message) => message.text)).not.toContain('first');
    const lost = client.chat.postMessage({ channel, thread_ts: '1.000001', text: 'x' });
    expect((await refusal(lost)).error).toBe('thread_not_found');
  });

  test('refuses messages as Slack does', async () => {
    const tooMany = Array.from({ length: 51 }, () => ({ type: 'divider' as const }));
    const blocks = await refusal(client.chat.postMessage({ channel, text: 'x', blocks: tooMany }));
    expect(blocks.error).toBe('invalid_blocks');
    expect(blocks.response_metadata?.messages).toEqual([
      '[ERROR] no more than 50 items allowed [json-pointer:/blocks]',
    ]);
    const long = Array.from({ length: 5 }, () => section('x'.repeat(2641)));
    expect((await refusal(client.chat.postMessage({ channel, text: 'x', blocks: long }))).error).toBe(
      'msg_blocks_too_long',
    );
    expect((await refusal(client.chat.postMessage({ channel, text: 'x'.repeat(40_001) }))).error).toBe(
      'msg_too_long',
    );
    expect((await refusal(client.chat.postMessage({ channel, text: '' }))).error).toBe('no_text');
    expect((await refusal(client.chat.postMessage({ channel: 'C0NOWHERE', text: 'x' }))).error).toBe(
      'channel_not_found',
    );
    expect((await refusal(client.apiCall('chat.postMessage', { channel, blocks: 'no' }))).error).toBe(
      'invalid_blocks_format',
    );
  });

  test('shows ephemeral messages to one person', async () => {
    await client.chat.postEphemeral({ channel, user: ON_CALL.id, text: 'psst' });
    const seen = (userId?: string) =>
      slack.workspace.messages(userId).some((message) => message.text === 'psst');
    expect([seen(ON_CALL.id), seen(APPROVER.id), seen()]).toEqual([true, false, false]);
  });

  test('takes files in three steps and gives their content back', async () => {
    const parent = (await client.chat.postMessage({ channel, text: 'postmortem' })).ts ?? '';
    await client.filesUploadV2({
      channel_id: channel,
      thread_ts: parent,
      filename: 'postmortem.md',
      title: 'Postmortem',
      content: '# What happened',
      initial_comment: 'The draft',
    });
    const { messages } = await client.conversations.replies({ channel, ts: parent });
    const file = messages?.[1]?.files?.[0];
    expect(messages?.[1]).toMatchObject({
      text: 'The draft',
      files: [{ title: 'Postmortem', mimetype: 'text/markdown' }],
    });
    const headers = { authorization: `Bearer ${BOT_TOKEN}` };
    const content = await fetch(file?.url_private ?? '', { headers });
    expect(await content.text()).toBe('# What happened');
    expect((await fetch(file?.url_private ?? '')).status).toBe(404);
  });

  test('keeps reactions', async () => {
    const timestamp = (await client.chat.postMessage({ channel, text: 'react' })).ts ?? '';
    await client.reactions.add({ channel, timestamp, name: 'eyes' });
    expect((await refusal(client.reactions.add({ channel, timestamp, name: 'eyes' }))).error).toBe(
      'already_reacted',
    );
    expect(await client.reactions.get({ channel, timestamp })).toMatchObject({
      message: { reactions: [{ name: 'eyes', count: 1 }] },
    });
  });
});

describe('trouble', () => {
  beforeEach(() => begin({ postingRate: { perSecond: 1, burst: 2 } }));
  afterEach(() => bench.stop());

  test('limits the pace of posting per channel, with Retry-After', async () => {
    await client.chat.postMessage({ channel, text: '1' });
    await client.chat.postMessage({ channel, text: '2' });
    await expect(client.chat.postMessage({ channel, text: '3' })).rejects.toMatchObject({ retryAfter: 1 });
    slack.setPostingRate({ perSecond: 1, burst: 5 });
    await expect(client.chat.postMessage({ channel, text: '4' })).resolves.toMatchObject({ ok: true });
  });

  test('plays the faults that a test asks for, as often as asked', async () => {
    slack.injectFault({ method: 'chat.postMessage', kind: '429', times: 1, retryAfterSeconds: 7 });
    await expect(client.chat.postMessage({ channel, text: 'x' })).rejects.toMatchObject({ retryAfter: 7 });
    slack.injectFault({ method: 'chat.postMessage', kind: '500', times: 1 });
    await expect(client.chat.postMessage({ channel, text: 'x' })).rejects.toThrow();
    await expect(client.chat.postMessage({ channel, text: 'fine' })).resolves.toMatchObject({ ok: true });
    expect(slack.workspace.messages()).toHaveLength(1);
  });

  test('can execute a call and then never answer', async () => {
    const impatient = new WebClient(BOT_TOKEN, {
      ...CLIENT_OPTIONS,
      timeout: 100,
      slackApiUrl: slack.apiUrl,
    });
    slack.injectFault({ method: 'chat.postMessage', kind: 'timeout-after-executing', times: 1 });
    await expect(impatient.chat.postMessage({ channel, text: 'landed' })).rejects.toThrow();
    expect(slack.workspace.messages().map((message) => message.text)).toEqual(['landed']);
    slack.injectFault({ method: 'chat.postMessage', kind: 'timeout-before-executing', times: 1 });
    await expect(impatient.chat.postMessage({ channel, text: 'lost' })).rejects.toThrow();
    expect(slack.workspace.messages()).toHaveLength(1);
  });
});

describe('what people do reaches the app, signed', () => {
  beforeEach(() => begin({ answerTimeoutMs: 300 }));
  afterEach(() => bench.stop());

  test('Bolt answers url_verification and refuses a wrong secret', async () => {
    expect(await slack.verifyUrl()).toBe(true);
    const forged = {
      url: `${bench.appUrl}/slack/events`,
      signingSecret: 'wrong',
      now: Date.now,
      timeoutMs: 1000,
    };
    const outcome = await sendSigned(forged, '{"type":"url_verification","challenge":"c"}', {
      'content-type': 'application/json',
    });
    expect(outcome).toMatchObject({ result: 'dispatch_failed', reason: 'HTTP 401' });
  });

  test('messages and mentions come as events', async () => {
    const heard: string[] = [];
    bench.bolt.message(
      async ({ message }) => void heard.push(`${message.type}: ${'text' in message ? message.text : ''}`),
    );
    bench.bolt.event('app_mention', async ({ event }) => void heard.push(`${event.type}: ${event.text}`));
    slack.say(ON_CALL.id, `<@${slack.app.botUserId}> why?`);
    await vi.waitFor(() =>
      expect(heard.toSorted()).toEqual(['app_mention: <@U0SITREP> why?', 'message: <@U0SITREP> why?']),
    );
  });

  test('opening App Home lets the app publish it', async () => {
    bench.bolt.event('app_home_opened', async ({ event, client: web }) => {
      await web.views.publish({
        user_id: event.user,
        view: { type: 'home', blocks: [section('Nothing awaits you')] },
      });
    });
    await slack.openHome(APPROVER.id);
    await vi.waitFor(() =>
      expect(slack.workspace.home(APPROVER.id)?.blocks).toMatchObject([{ type: 'section' }]),
    );
    expect(slack.workspace.home(ON_CALL.id)).toBeUndefined();
  });

  test('a slash command is answered to the person, and later through response_url', async () => {
    bench.bolt.command('/sitrep', async ({ command, ack, respond }) => {
      await ack(`you said ${command.text}`);
      await respond({ response_type: 'in_channel', text: 'for all' });
    });
    expect((await slack.slash(ON_CALL.id, '/sitrep', 'status')).result).toBe('delivered');
    await vi.waitFor(() =>
      expect(slack.workspace.messages(ON_CALL.id).map((m) => m.text)).toEqual(['you said status', 'for all']),
    );
    expect(slack.workspace.messages(APPROVER.id).map((m) => m.text)).toEqual(['for all']);
  });

  test('a slow command is shown as operation_timeout', async () => {
    bench.bolt.command('/sitrep', async () => pause(600));
    expect((await slack.slash(ON_CALL.id, '/sitrep', '')).result).toBe('operation_timeout');
    expect(slack.workspace.messages(ON_CALL.id)[0]?.text).toBe(
      '`/sitrep` failed with the error "operation_timeout".',
    );
  });

  test('a button carries its value, the message and a response_url good for five uses', async () => {
    const outcomes: string[] = [];
    bench.bolt.action('approve', async ({ action, body, ack, respond }) => {
      await ack();
      if (action.type === 'button' && body.type === 'block_actions')
        outcomes.push(`${action.value} ${body.message?.['ts']}`);
      for (let use = 1; use <= 6; use += 1) {
        await respond({ replace_original: true, text: `use ${use}` }).catch((error: Error) =>
          outcomes.push(error.message),
        );
      }
    });
    const { ts } = await client.chat.postMessage({
      channel,
      text: 'card',
      blocks: [buttons('approve', 'reject')],
    });
    const press = {
      userId: APPROVER.id,
      container: { kind: 'message' as const, ts: ts ?? '' },
      blockId: 'choices',
      chosen: [],
    };
    await slack.press({ ...press, actionId: 'approve' });
    await vi.waitFor(() => expect(outcomes).toHaveLength(2));
    expect(outcomes).toEqual([`approve-value ${ts}`, expect.stringContaining('404')]);
    expect(slack.workspace.message(ts ?? '')).toMatchObject({ text: 'use 5' });
    expect(() => slack.press({ ...press, actionId: 'approve' })).toThrow('no longer there');
  });

  test('select choices come from the element, never from the browser', async () => {
    const chosen: unknown[] = [];
    bench.bolt.action('level', async ({ action, ack }) => {
      await ack();
      chosen.push(action);
    });
    const options = [{ text: plain('Low'), value: 'low' }];
    const select = { type: 'static_select' as const, action_id: 'level', options };
    const { ts } = await client.chat.postMessage({
      channel,
      text: 's',
      blocks: [{ type: 'actions', block_id: 'b', elements: [select] }],
    });
    const press = {
      userId: ON_CALL.id,
      container: { kind: 'message' as const, ts: ts ?? '' },
      blockId: 'b',
      actionId: 'level',
    };
    await slack.press({ ...press, chosen: ['low'] });
    await slack.press({ ...press, chosen: ['forged'] });
    await vi.waitFor(() =>
      expect(chosen).toMatchObject([{ selected_option: { value: 'low' } }, { selected_option: null }]),
    );
  });
});

test('events are sent again until the app takes them, unless it says no more', async () => {
  const seen: (string | string[] | undefined)[] = [];
  let noRetry = false;
  const app = createServer((request, response) => {
    seen.push(request.headers['x-slack-retry-num']);
    const headers = noRetry ? { 'x-slack-no-retry': '1' } : {};
    response.writeHead(seen.length < 3 ? 500 : 200, headers).end();
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  const { port } = app.address() as AddressInfo;
  await begin({ appUrl: `http://127.0.0.1:${port}` });
  expect((await slack.openHome(ON_CALL.id)).result).toBe('delivered');
  expect(seen).toEqual([undefined, '1', '2']);
  seen.length = 0;
  noRetry = true;
  expect((await slack.openHome(ON_CALL.id)).result).toBe('dispatch_failed');
  expect(seen).toEqual([undefined]);
  app.close();
  app.closeAllConnections();
  await bench.stop();
});

test('a trigger is good for three seconds', async () => {
  let now = Date.now();
  await begin({ now: () => now });
  const taken: string[] = [];
  bench.bolt.command('/note', async ({ command, ack }) => {
    await ack();
    taken.push(command.trigger_id);
  });
  await slack.slash(ON_CALL.id, '/note', '');
  now += 3001;
  const late = client.views.open({ trigger_id: taken[0] ?? '', view: noteModal });
  expect((await refusal(late)).error).toBe('expired_trigger_id');
  await bench.stop();
});

describe('modals', () => {
  let triggers: string[];
  beforeEach(async () => {
    await begin();
    triggers = [];
    bench.bolt.command('/note', async ({ command, ack, client: web }) => {
      await ack();
      triggers.push(command.trigger_id);
      await web.views.open({ trigger_id: command.trigger_id, view: noteModal });
    });
    await slack.slash(ON_CALL.id, '/note', '');
    await vi.waitFor(() => expect(slack.workspace.modals(ON_CALL.id)).toHaveLength(1));
  });
  afterEach(() => bench.stop());
  const topId = (): string => slack.workspace.modals(ON_CALL.id).at(-1)?.id ?? '';

  test('a trigger opens one view', async () => {
    const again = client.views.open({ trigger_id: triggers[0] ?? '', view: noteModal });
    expect((await refusal(again)).error).toBe('exchanged_trigger_id');
    const invented = client.views.open({ trigger_id: 'invented', view: noteModal });
    expect((await refusal(invented)).error).toBe('invalid_trigger_id');
  });

  test('required fields are checked before the app hears of it', async () => {
    let heard = 0;
    bench.bolt.view('note', async ({ ack }) => {
      heard += 1;
      await ack();
    });
    expect(await slack.submit(ON_CALL.id, topId(), {})).toEqual({
      result: 'errors',
      errors: { why: 'Please complete this required field.' },
    });
    expect(heard).toBe(0);
  });

  test('the app gets the values, may refuse them, and then the modal closes', async () => {
    const texts: (string | null | undefined)[] = [];
    bench.bolt.view('note', async ({ ack, view }) => {
      const text = view.state.values['why']?.['text']?.value;
      texts.push(text, view.state.values['risk']?.['level']?.selected_option?.value, view.private_metadata);
      if (text === 'no') return ack({ response_action: 'errors', errors: { why: 'Say more' } });
      return ack();
    });
    expect(await slack.submit(ON_CALL.id, topId(), { why: { text: ['no'] } })).toEqual({
      result: 'errors',
      errors: { why: 'Say more' },
    });
    expect(slack.workspace.modals(ON_CALL.id)).toHaveLength(1);
    const outcome = await slack.submit(ON_CALL.id, topId(), {
      why: { text: ['because'] },
      risk: { level: ['low'] },
    });
    expect(outcome).toEqual({ result: 'closed' });
    expect(texts).toEqual(['no', undefined, 'incident-1', 'because', 'low', 'incident-1']);
    expect(slack.workspace.modals(ON_CALL.id)).toEqual([]);
  });

  test('response actions update, push and clear', async () => {
    const answers = ['update', 'push', 'clear'] as const;
    let step = 0;
    bench.bolt.view('note', async ({ ack }) => {
      const action = answers[step++] ?? 'clear';
      if (action === 'clear') return ack({ response_action: 'clear' });
      return ack({ response_action: action, view: { ...noteModal, title: plain(action) } });
    });
    const submit = () => slack.submit(ON_CALL.id, topId(), { why: { text: ['x'] } });
    expect(await submit()).toEqual({ result: 'kept' });
    expect(slack.workspace.modals(ON_CALL.id)).toMatchObject([{ payload: { title: { text: 'update' } } }]);
    await submit();
    expect(slack.workspace.modals(ON_CALL.id)).toHaveLength(2);
    await submit();
    expect(slack.workspace.modals(ON_CALL.id)).toEqual([]);
  });

  test('closing tells an app that asked to know', async () => {
    const closed: boolean[] = [];
    bench.bolt.view({ callback_id: 'note', type: 'view_closed' }, async ({ ack, body }) => {
      await ack();
      if (body.type === 'view_closed') closed.push(body.is_cleared);
    });
    await slack.close(ON_CALL.id, topId());
    expect(closed).toEqual([false]);
    expect(slack.workspace.modals(ON_CALL.id)).toEqual([]);
  });

  test('a changed view refuses an update by its old hash', async () => {
    const [view] = slack.workspace.modals(ON_CALL.id);
    const args = { view_id: topId(), view: noteModal, hash: view?.hash ?? '' };
    await client.views.update(args);
    expect((await refusal(client.views.update(args))).error).toBe('hash_conflict');
  });

  test('an invalid view is refused with pointers', async () => {
    const { error, response_metadata: details } = await refusal(
      client.views.update({ view_id: topId(), view: { ...noteModal, title: plain('x'.repeat(25)) } }),
    );
    expect(error).toBe('invalid_arguments');
    expect(details?.messages).toEqual([
      '[ERROR] must be less than 25 characters [json-pointer:/view/title/text]',
    ]);
  });
});

test('messages, files, homes and open modals survive a restart', async () => {
  await begin();
  const { ts } = await client.chat.postMessage({
    channel,
    text: 'kept',
    metadata: { event_type: 'e', event_payload: {} },
  });
  await client.filesUploadV2({ channel_id: channel, thread_ts: ts ?? '', filename: 'a.md', content: '# A' });
  await client.views.publish({ user_id: ON_CALL.id, view: { type: 'home', blocks: [section('home')] } });
  const again = await bench.restart();
  const later = new WebClient(BOT_TOKEN, { ...CLIENT_OPTIONS, slackApiUrl: again.apiUrl });
  const { messages } = await later.conversations.replies({
    channel,
    ts: ts ?? '',
    include_all_metadata: true,
  });
  expect(messages).toMatchObject([
    { text: 'kept', metadata: { event_type: 'e' } },
    { files: [{ name: 'a.md' }] },
  ]);
  expect(again.workspace.fileContent(messages?.[1]?.files?.[0]?.id ?? '').toString()).toBe('# A');
  expect(again.workspace.home(ON_CALL.id)?.blocks).toHaveLength(1);
  await later.chat.update({ channel, ts: ts ?? '', text: 'changed' });
  expect(Number((await later.chat.postMessage({ channel, text: 'new' })).ts)).toBeGreaterThan(Number(ts));
  await bench.stop();
});
