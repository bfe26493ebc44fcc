import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { webApi } from '@slack/bolt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createOutbox } from '../../../src/adapters/postgres/outbox.ts';
import type { Database } from '../../../src/adapters/postgres/sql.ts';
import { clientOptions } from '../../../src/adapters/slack/client.ts';
import { startDelivery, type Delivery, type DeliverySettings } from '../../../src/adapters/slack/deliver.ts';
import type { Proposal } from '../../../src/incident/proposal.ts';
import type { IncidentView } from '../../../src/incident/view.ts';
import { buttonsIn, readable } from '../../support/blocks.ts';
import { anIncident, aProposal, aView, proposalId } from '../../support/incident-view.ts';
import { testDatabase } from '../../support/database.ts';
import {
  allShown,
  FAST,
  forgetMessages,
  insertIncident,
  messageRows,
  wantMessages,
} from '../../support/message-rows.ts';
import { TOKENS } from '../../support/button-tokens.ts';
import { startSlackApi, type SlackApi } from '../../support/slack-api.ts';
import { fakeLog } from '../../support/fake-log.ts';

const log = fakeLog();

let db: Database;
let api: SlackApi;
let incident: number;
let view: IncidentView;
let running: Delivery[];

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  vi.clearAllMocks();
  await forgetMessages(db);
  api = await startSlackApi();
  incident = await insertIncident(db);
  view = aView({ incident: anIncident({ id: incident, openedAt: new Date() }) });
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((delivery) => delivery.stop()));
  await api.stop();
});

async function start(changes: Partial<DeliverySettings> = {}): Promise<Delivery> {
  const delivery = await startDelivery({
    outbox: createOutbox(db, FAST),
    reading: {
      view: async () => structuredClone(view),
      postmortem: async () => '# Postmortem\n',
      bulletin: async () => null,
    },
    tokens: { mint: async () => TOKENS },
    client: new webApi.WebClient('xoxb-test', {
      ...clientOptions({ apiUrl: api.url }),
      logLevel: webApi.LogLevel.ERROR,
    }),
    channel: 'C1',
    log,
    pollMs: 50,
    ...changes,
  });
  running.push(delivery);
  return delivery;
}

const everythingShown = (timeout = 10_000): Promise<void> =>
  vi.waitFor(async () => expect(await allShown(db)).toBe(true), { timeout, interval: 20 });

const callsOf = (method: string): number => api.calls.filter((call) => call.method === method).length;

describe('delivery', () => {
  it('posts the root and then the thread under it', async () => {
    await wantMessages(db, incident, 'evidence', 'summary', `proposal:${proposalId(1)}`);
    await start();
    await everythingShown();
    const [root, ...replies] = api.messages;
    expect(root?.thread_ts).toBeUndefined();
    expect(replies.map((reply) => reply.thread_ts)).toEqual([root?.ts, root?.ts]);
    expect(Object.keys(buttonsIn(replies)).filter((id) => !id.startsWith('label:'))).toEqual([
      `approve:${proposalId(1)}`,
      `reject:${proposalId(1)}`,
    ]);
    const post = api.calls.find((call) => call.method === 'chat.postMessage');
    expect(post?.args).toMatchObject({
      channel: 'C1',
      parse: 'none',
      unfurl_links: 'false',
      unfurl_media: 'false',
    });
    expect(api.messages[0]?.metadata).toMatchObject({
      event_type: 'sitrep_message',
      event_payload: { slot: 'summary' },
    });
  });

  it('is woken by a notification, long before it would have looked', async () => {
    await start({ pollMs: 60_000 });
    await wantMessages(db, incident, 'summary');
    await everythingShown(3_000);
  });

  it('edits in place what has changed, with the state of that moment', async () => {
    await start();
    await wantMessages(db, incident, 'summary');
    await everythingShown();
    view.incident.state = 'monitoring';
    view.proposals = [];
    await wantMessages(db, incident, 'summary');
    await everythingShown();
    expect(api.messages).toHaveLength(1);
    expect(api.messages[0]?.edits).toBe(1);
    expect(readable(api.messages[0]?.blocks)).toContain('State monitoring');
  });

  it('shows the last state of many in one edit, at the pace of edits', async () => {
    await wantMessages(db, incident, 'summary');
    await start({ outbox: createOutbox(db, { ...FAST, edits: { perSecond: 4, burst: 2 } }) });
    await everythingShown();
    const from = performance.now();
    for (let time = 0; time < 30; time++) await wantMessages(db, incident, 'summary');
    await everythingShown();
    expect(callsOf('chat.update')).toBeLessThanOrEqual(
      2 + Math.ceil(((performance.now() - from) / 1000) * 4),
    );
  });

  it('keeps to the pace of a channel, whatever the number of replicas', async () => {
    for (let time = 0; time < 5; time++) await wantMessages(db, await insertIncident(db), 'summary');
    const pace = { ...FAST, channel: { perSecond: 4, burst: 2 } };
    await Promise.all([start({ outbox: createOutbox(db, pace) }), start({ outbox: createOutbox(db, pace) })]);
    await everythingShown();
    const times = api.calls.filter((call) => call.method === 'chat.postMessage').map((call) => call.at);
    expect(times).toHaveLength(5);
    expect((times[4] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(700);
  });

  it('waits as long as Slack asks before it posts again, and edits meanwhile', async () => {
    await wantMessages(db, incident, 'summary');
    await start();
    await everythingShown();
    api.fault('chat.postMessage', { kind: 'limited', retryAfterS: 2 });
    const posts = () => api.calls.filter((call) => call.method === 'chat.postMessage');
    await wantMessages(db, await insertIncident(db), 'summary');
    await vi.waitFor(() => expect(posts()).toHaveLength(2), { interval: 5 });
    await vi.waitFor(async () =>
      expect((await messageRows(db)).some((row) => row.last_error?.includes('limits the rate'))).toBe(true),
    );
    await wantMessages(db, await insertIncident(db), 'summary');
    await wantMessages(db, incident, 'summary');
    await everythingShown();
    const [, limited, next] = posts();
    expect((next?.at ?? 0) - (limited?.at ?? 0)).toBeGreaterThanOrEqual(1_950);
    expect(api.messages).toHaveLength(3);
    const edit = api.calls.find((call) => call.method === 'chat.update');
    expect((edit?.at ?? Infinity) - (limited?.at ?? 0)).toBeLessThan(1_500);
  });

  it('tells of a new incident while Slack is slow to answer an edit', async () => {
    await wantMessages(db, incident, 'summary');
    await start();
    await everythingShown();
    const { promise, resolve } = Promise.withResolvers<void>();
    api.fault('chat.update', { kind: 'slow', until: promise });
    await wantMessages(db, incident, 'summary');
    await vi.waitFor(() => expect(callsOf('chat.update')).toBe(1), { interval: 5 });
    await wantMessages(db, await insertIncident(db), 'summary');
    await vi.waitFor(() => expect(api.messages).toHaveLength(2), { timeout: 2_000, interval: 5 });
    resolve();
    await everythingShown();
  });

  it.each([
    ['an error of Slack', { kind: 'status', status: 500, executed: true } as const],
    ['a broken connection', { kind: 'hang-up', executed: true } as const],
    ['an answer cut off', { kind: 'cut-off' } as const],
  ])('finds a message again that arrived in spite of %s', async (_, fault) => {
    api.fault('chat.postMessage', fault);
    await wantMessages(db, incident, 'summary');
    await start();
    await everythingShown();
    expect(api.messages).toHaveLength(1);
    expect(callsOf('chat.postMessage')).toBe(1);
    expect((await messageRows(db))[0]).toMatchObject({ ts: api.messages[0]?.ts, sending: false });
  });

  it('finds a reply again too', async () => {
    await wantMessages(db, incident, 'summary');
    await start();
    await everythingShown();
    api.fault('chat.postMessage', { kind: 'hang-up', executed: true });
    await wantMessages(db, incident, 'evidence');
    await everythingShown();
    expect(api.messages).toHaveLength(2);
    expect(callsOf('conversations.replies')).toBe(1);
  });

  it.each([
    ['an error of Slack', { kind: 'status', status: 503, executed: false } as const],
    ['a broken connection', { kind: 'hang-up', executed: false } as const],
    ['a refusal', { kind: 'refused', error: 'not_in_channel' } as const],
  ])('sends again what did not arrive because of %s', async (_, fault) => {
    api.fault('chat.postMessage', fault);
    await wantMessages(db, incident, 'summary');
    await start();
    await everythingShown();
    expect(api.messages).toHaveLength(1);
    expect(callsOf('chat.postMessage')).toBe(2);
  });

  it('looks before it repeats what a killed process had begun', async () => {
    await wantMessages(db, incident, 'summary');
    const killed = await createOutbox(db, FAST).claim({ channel: 'C1', leaseS: 0.2, lanes: 'all' });
    const metadata = { event_type: 'sitrep_message', event_payload: { id: killed.message?.id } };
    api.messages.push({ ts: '5.5', text: 'from before', blocks: [], edits: 0, metadata });
    await start();
    await everythingShown();
    expect(api.messages).toHaveLength(1);
    expect(api.messages[0]).toMatchObject({ ts: '5.5', edits: 1 });
  });

  it('sends rather twice than not at all where Slack does not let it look', async () => {
    api.fault('chat.postMessage', { kind: 'hang-up', executed: false });
    api.fault('conversations.history', { kind: 'refused', error: 'missing_scope' });
    await wantMessages(db, incident, 'summary');
    await start();
    await everythingShown();
    expect(api.messages).toHaveLength(1);
    expect(log.warn).toHaveBeenCalledWith(
      { code: 'missing_scope' },
      expect.stringContaining('slack-manifest.json'),
    );
  });

  it('posts anew what somebody deleted', async () => {
    await wantMessages(db, incident, 'summary');
    await start();
    await everythingShown();
    api.messages.splice(0);
    await wantMessages(db, incident, 'summary');
    await everythingShown();
    expect(api.messages).toHaveLength(1);
    expect((await messageRows(db))[0]?.ts).toBe(api.messages[0]?.ts);
  });

  it('sends the words alone when Slack refuses the blocks', async () => {
    api.fault('chat.postMessage', { kind: 'refused', error: 'invalid_blocks' });
    await wantMessages(db, incident, 'summary');
    await start();
    await everythingShown();
    expect(api.messages[0]?.blocks).toEqual([]);
    expect(api.messages[0]?.text).toContain('CheckoutErrors in checkout');
    expect(log.error).toHaveBeenCalled();
  });

  it('uploads the postmortem into the thread, once', async () => {
    api.fault('files.completeUploadExternal', { kind: 'hang-up', executed: true });
    await wantMessages(db, incident, 'summary', 'postmortem');
    await start();
    await everythingShown();
    const files = api.messages.filter((message) => message.files);
    expect(files).toHaveLength(1);
    expect(files[0]).toMatchObject({
      thread_ts: api.messages[0]?.ts,
      files: [{ name: `inc-${incident}-postmortem-v1.md` }],
    });
  });

  it('uploads a card that is too long for a message, once, before the message that asks about it', async () => {
    const proposal = aProposal();
    proposal.consent.card = [...proposal.consent.card, 'Dry run: '.repeat(1_000)];
    view.proposals = [proposal];
    api.fault('files.completeUploadExternal', { kind: 'hang-up', executed: true });
    await wantMessages(db, incident, 'summary', `proposal:${proposal.id}`);
    await start();
    await everythingShown();
    const files = api.messages.flatMap((message, place) => (message.files ? [place] : []));
    const asks = api.messages.findIndex((message) => JSON.stringify(message.blocks).includes('approve:'));
    expect(files).toHaveLength(1);
    expect(files[0]).toBeLessThan(asks);
    expect(api.messages[files[0] ?? 0]?.files).toEqual([{ name: `sitrep-card-${proposal.id}.txt` }]);
  });

  it('shows a held back card when another was decided', async () => {
    const proposals = [1, 2, 3, 4].map((rank): Proposal => aProposal({ id: proposalId(rank), rank }));
    view.proposals = proposals;
    await wantMessages(
      db,
      incident,
      'summary',
      'evidence',
      ...proposals.map(({ id }) => `proposal:${id}` as const),
    );
    await start();
    await everythingShown();
    expect(Object.keys(buttonsIn(api.messages)).filter((id) => !id.startsWith('label:'))).toHaveLength(6);
    view.proposals = proposals.map((proposal) =>
      proposal.rank === 1 ? { ...proposal, state: 'rejected' } : proposal,
    );
    await wantMessages(db, incident, 'summary', `proposal:${proposalId(1)}`);
    await vi.waitFor(
      () => {
        // The new card and the edit of the decided one may come in either order.
        const buttons = Object.keys(buttonsIn(api.messages));
        expect(buttons).toContain(`approve:${proposalId(4)}`);
        expect(buttons).not.toContain(`approve:${proposalId(1)}`);
      },
      { timeout: 5_000 },
    );
  });

  it('shares the work between two processes without posting anything twice', async () => {
    const incidents = await Promise.all(Array.from({ length: 10 }, () => insertIncident(db)));
    await start();
    await start();
    for (const id of incidents) await wantMessages(db, id, 'summary', 'evidence');
    await everythingShown();
    expect(api.messages).toHaveLength(20);
    expect(new Set(api.messages.map((message) => JSON.stringify(message.metadata))).size).toBe(20);
  });

  it('loses nothing while Slack is away', async () => {
    const { port } = new URL(api.url);
    await api.stop();
    await wantMessages(db, incident, 'summary', 'evidence');
    await start();
    await vi.waitFor(() => expect(log.warn.mock.calls.length).toBeGreaterThanOrEqual(2), { timeout: 5_000 });
    expect((await messageRows(db)).every((row) => row.shown === 0)).toBe(true);
    const back = createServer((_, response) =>
      response.end(JSON.stringify({ ok: true, ts: '1.1', messages: [] })),
    );
    await new Promise<void>((resolve) => back.listen(Number(port), '127.0.0.1', resolve));
    expect((back.address() as AddressInfo).port).toBe(Number(port));
    await everythingShown();
    // The row is written before the log line is.
    await vi.waitFor(() => expect(log.info).toHaveBeenCalledWith({}, 'Slack answers again'), {
      timeout: 5_000,
    });
    back.closeAllConnections();
    await new Promise((resolve) => back.close(resolve));
    api = await startSlackApi();
  });

  it('goes on when the database comes back', async () => {
    const outbox = createOutbox(db, FAST);
    const claim = vi.spyOn(outbox, 'claim').mockRejectedValueOnce(new Error('no database'));
    await wantMessages(db, incident, 'summary');
    await start({ outbox });
    await everythingShown();
    expect(claim.mock.calls.length).toBeGreaterThan(1);
  });

  it('stops between two messages, and at once while it waits', async () => {
    const delivery = await start({ pollMs: 60_000 });
    await wantMessages(db, incident, 'summary');
    await everythingShown();
    const from = performance.now();
    await delivery.stop();
    expect(performance.now() - from).toBeLessThan(1_000);
    await wantMessages(db, incident, 'summary');
    expect(await allShown(db)).toBe(false);
  });
});
