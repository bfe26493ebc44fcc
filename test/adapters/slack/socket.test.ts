import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fakeTokens, TOKENS } from '../../support/button-tokens.ts';
import { createSlackApp, type SlackApp } from '../../../src/adapters/slack/app.ts';
import { fakeDesk, fakeReading } from '../../support/fake-desk.ts';
import { aProposal, aView } from '../../support/incident-view.ts';
import { startSocketMode, type SocketModeServer } from '../../support/socket-mode.ts';
import { fakeLog } from '../../support/fake-log.ts';

const proposal = aProposal();
const log = fakeLog();
let slack: SocketModeServer;
let app: SlackApp;
let desk: ReturnType<typeof fakeDesk>;

beforeEach(async () => {
  vi.clearAllMocks();
  slack = await startSocketMode();
  desk = fakeDesk();
  const seen = new Set<string>();
  app = createSlackApp({
    botToken: 'xoxb-test',
    appToken: 'xapp-test',
    apiUrl: slack.apiUrl,
    desk,
    reading: fakeReading([aView()]),
    tokens: fakeTokens(() => proposal),
    via: 'slack',
    requests: { isFirst: async (hash) => !seen.has(hash) && Boolean(seen.add(hash)) },
    log,
  });
});

afterEach(async () => {
  await app.stop();
  await slack.stop();
});

const connected = (): Promise<void> =>
  vi.waitFor(() => expect(slack.connections).toBe(1), { timeout: 5_000 });

function click(envelope: string, trigger: string): object {
  return {
    envelope_id: envelope,
    type: 'interactive',
    accepts_response_payload: true,
    payload: {
      type: 'block_actions',
      team: { id: 'T0TEAM' },
      user: { id: 'U0APPROVER' },
      container: { type: 'message', channel_id: 'C1', message_ts: '1.2', thread_ts: '1.1' },
      trigger_id: trigger,
      actions: [
        { type: 'button', action_id: `approve:${proposal.id}`, block_id: 'b', value: TOKENS.approve },
      ],
    },
  };
}

it('needs no signing secret and serves no requests', async () => {
  expect(app.listener).toBeNull();
});

it('acknowledges what comes and handles it once, also when Slack sends it again', async () => {
  app.start();
  await vi.waitFor(() => expect(log.info).toHaveBeenCalledWith({}, 'Connected to Slack by Socket Mode'), {
    timeout: 5_000,
  });
  slack.send(click('e1', 't1'));
  await vi.waitFor(() => expect(slack.acknowledged).toHaveLength(1));
  slack.send(click('e2', 't1'));
  await vi.waitFor(() => expect(slack.acknowledged).toHaveLength(2));
  expect(slack.acknowledged.map((each) => each.envelope_id)).toEqual(['e1', 'e2']);
  expect(await app.stop()).toBe(true);
  expect(desk.asked).toEqual([
    {
      name: 'approve',
      request: { proposalId: proposal.id, digest: proposal.digest, person: 'U0APPROVER', via: 'slack' },
    },
  ]);
});

it('comes back when Slack recycles the connection, even if it is refused first', async () => {
  app.start();
  await connected();
  slack.refuse('invalid_auth');
  slack.recycle();
  await vi.waitFor(() => expect(slack.asked).toBe(3), { timeout: 10_000 });
  await connected();
  expect(log.error).toHaveBeenCalledWith(
    { reason: expect.stringContaining('invalid_auth') as string },
    expect.stringContaining('SLACK_APP_TOKEN'),
  );
  slack.send(click('e3', 't3'));
  await vi.waitFor(() => expect(slack.acknowledged).toHaveLength(1), { timeout: 5_000 });
});

it('does not come back after a stop', async () => {
  app.start();
  await connected();
  await app.stop();
  await vi.waitFor(() => expect(slack.connections).toBe(0), { timeout: 5_000 });
  expect(slack.asked).toBe(1);
});
