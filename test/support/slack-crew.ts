import { pino } from 'pino';
import { vi } from 'vitest';
import { hookHandler } from '../../src/adapters/http/hooks.ts';
import { listen } from '../../src/adapters/http/server.ts';
import { createButtonTokens } from '../../src/adapters/postgres/button-tokens.ts';
import { createOutbox } from '../../src/adapters/postgres/outbox.ts';
import { createRequestLog } from '../../src/adapters/postgres/slack-requests.ts';
import type { Database } from '../../src/adapters/postgres/sql.ts';
import { createStore } from '../../src/adapters/postgres/store/store.ts';
import { createSlackApp, SLACK_PATH } from '../../src/adapters/slack/app.ts';
import { startDelivery } from '../../src/adapters/slack/deliver.ts';
import { readingOver } from '../../src/main/reading.ts';
import { knock } from '../../src/receive/read.ts';
import { accessWith } from './access.ts';
import { everyObject, readable } from './blocks.ts';
import { fakeLog } from './fake-log.ts';
import type { Stage } from './loop.ts';
import { startSlackApi, type PostedMessage } from './slack-api.ts';
import { signedInteraction, SIGNING_SECRET } from './slack-signer.ts';
import { testVault } from './vault.ts';

const CHANNEL = 'C0INCIDENTS';
const LONGEST_MS = 30_000;

/**
 * A loop with everything around it that people meet: webhooks and Slack's signed requests come in over HTTP, and the
 * outbox goes to a double of Slack's API. The loop itself is turned by the test.
 */
export async function slackCrew(db: Database, stage: Pick<Stage, 'loop' | 'transaction'>) {
  const api = await startSlackApi();
  const log = fakeLog();
  const store = createStore(db, {
    vault: testVault,
    outsideStop: () => null,
    enqueue: async () => undefined,
  });
  const reading = readingOver(db, store, stage.transaction, []);
  const tokens = createButtonTokens(db);
  const app = createSlackApp({
    botToken: 'xoxb-test',
    signingSecret: SIGNING_SECRET,
    apiUrl: api.url,
    desk: stage.loop,
    reading,
    tokens,
    requests: createRequestLog(db),
    via: 'slack',
    log,
  });
  app.start();
  await vi.waitFor(() => {
    if (!log.info.mock.calls.some(([, text]) => text === 'Connected to Slack')) throw new Error('not yet');
  });
  const http = await listen({ host: '127.0.0.1', port: 0 });
  http.serve({
    hook: hookHandler({
      knock: (head) => knock(head, accessWith({ SITREP_WEBHOOK_TOKEN: ['token'] })),
      receive: stage.loop.receive,
      log: pino({ level: 'silent' }),
    }),
    slack: app.listener,
    terminal: null,
    readiness: async () => [],
    metrics: async () => ({ contentType: 'text/plain', text: '' }),
    console: null,
  });
  const fast = { perSecond: 1000, burst: 1000 };
  const outbox = createOutbox(db, { channel: fast, posts: fast, edits: fast, storm: fast, reserve: 0 });
  const delivery = await startDelivery({
    outbox,
    reading,
    tokens,
    client: app.client,
    channel: CHANNEL,
    log,
    pollMs: 50,
  });

  let trigger = 0;
  /** The newest message of the thread that says this, once one does. */
  function says(text: string | RegExp): Promise<PostedMessage> {
    return vi.waitFor(
      () => {
        const found = api.messages.findLast((one) =>
          typeof text === 'string' ? shown(one).includes(text) : text.test(shown(one)),
        );
        if (!found) throw new Error(`nothing says “${text}”:\n${api.messages.map(shown).join('\n---\n')}`);
        return found;
      },
      { timeout: LONGEST_MS, interval: 50 },
    );
  }

  return {
    api,
    says,
    /** An alert, as Alertmanager's webhook sends it; resolves to the status. */
    async alert(status: 'firing' | 'resolved'): Promise<number> {
      const labels = { alertname: 'ServiceErrorRateHigh', service: 'checkout', severity: 'critical' };
      const one = { status, labels, annotations: {}, startsAt: '2026-03-04T12:00:00Z', fingerprint: 'f1' };
      const answer = await fetch(`${http.url}/hooks/alertmanager`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer token' },
        body: JSON.stringify({ version: '4', alerts: [one] }),
      });
      await answer.arrayBuffer();
      return answer.status;
    },
    /** Presses the button of a message that bears this text, as Slack would send it; resolves to what the person is told. */
    async click(message: PostedMessage, text: string, person: string): Promise<string> {
      const button = everyObject(message.blocks).find(
        (one) => one['type'] === 'button' && JSON.stringify(one['text']).includes(text),
      );
      if (!button) throw new Error(`no button says “${text}”: ${shown(message)}`);
      const place = { channel_id: CHANNEL, message_ts: message.ts, thread_ts: message.thread_ts };
      const { headers, body } = signedInteraction({
        type: 'block_actions',
        api_app_id: 'A0SITREP',
        team: { id: 'T0TEAM' },
        user: { id: person, team_id: 'T0TEAM' },
        channel: { id: CHANNEL },
        container: { type: 'message', ...place },
        message: { ts: message.ts, thread_ts: message.thread_ts },
        trigger_id: `t${++trigger}`,
        actions: [{ type: 'button', block_id: 'b', action_id: button['action_id'], value: button['value'] }],
      });
      const before = api.ephemerals.length;
      const answer = await fetch(`${http.url}${SLACK_PATH}`, { method: 'POST', headers, body });
      await answer.arrayBuffer();
      await vi.waitFor(
        () => {
          if (api.ephemerals.length === before) throw new Error(`${person} was told nothing`);
        },
        { timeout: LONGEST_MS, interval: 50 },
      );
      const { text: said = '', user } = api.ephemerals.at(-1) ?? {};
      if (user !== person) throw new Error(`${user} was told instead of ${person}`);
      return said;
    },
    async close(): Promise<void> {
      await delivery.stop();
      await app.stop();
      await http.close();
      await api.stop();
    },
  };
}

/** What a message says, with all of its blocks. */
export function shown({ text, blocks }: PostedMessage): string {
  return `${text}\n${readable(blocks)}`;
}
