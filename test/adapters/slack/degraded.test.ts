import { webApi } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clientOptions } from '../../../src/adapters/slack/client.ts';
import { watchDatabase, type DegradedSettings, type Watch } from '../../../src/adapters/slack/degraded.ts';
import { readable } from '../../support/blocks.ts';
import { fakeLog } from '../../support/fake-log.ts';
import { startSlackApi, type SlackApi } from '../../support/slack-api.ts';

let api: SlackApi;
let isUp: boolean;
let pings: number;
let watches: Watch[];

beforeEach(async () => {
  api = await startSlackApi();
  isUp = true;
  pings = 0;
  watches = [];
});
afterEach(async () => {
  await Promise.all(watches.map((watch) => watch.stop()));
  await api.stop();
});

function watch(changes: Partial<DegradedSettings> = {}): Watch {
  const one = watchDatabase({
    ping: async () => {
      pings++;
      if (!isUp) throw new Error('no database');
    },
    client: new webApi.WebClient('xoxb-test', {
      ...clientOptions({ apiUrl: api.url }),
      logLevel: webApi.LogLevel.ERROR,
    }),
    channel: 'C1',
    log: fakeLog(),
    everyMs: 10,
    patienceMs: 100,
    ...changes,
  });
  watches.push(one);
  return one;
}

const told = (text: string): Promise<void> =>
  vi.waitFor(
    () => expect(api.messages.map((message) => message.text)).toEqual([expect.stringContaining(text)]),
    {
      timeout: 5_000,
      interval: 5,
    },
  );
const pinged = async (times: number): Promise<void> => {
  const from = pings;
  await vi.waitFor(() => expect(pings).toBeGreaterThanOrEqual(from + times), { timeout: 5_000, interval: 5 });
};

describe('an outage of the database', () => {
  it('is told once, and the same message says when it is over', async () => {
    watch();
    await pinged(3);
    expect(api.messages).toEqual([]);
    isUp = false;
    await told('database does not answer');
    await pinged(10);
    expect(api.messages).toHaveLength(1);
    expect(readable(api.messages[0]?.blocks)).toContain('Webhooks are answered 503');
    isUp = true;
    await told('database is back, after 0 s away');
    expect(readable(api.messages[0]?.blocks)).toContain('will be sent again by their sources');
    await pinged(10);
    expect(api.messages[0]?.edits).toBe(1);
  });

  it('asks Slack less and less often while that is away as well', async () => {
    const asked: number[] = [];
    await api.stop();
    watch({ ping: async () => void asked.push(performance.now()) });
    await vi.waitFor(() => expect(asked.length).toBeGreaterThanOrEqual(5), { timeout: 5_000, interval: 5 });
    const [first = 0, second = 0, , fourth = 0, fifth = 0] = asked;
    expect(second - first).toBeGreaterThanOrEqual(19);
    expect(fifth - fourth).toBeGreaterThanOrEqual(159);
    api = await startSlackApi();
  });

  it('is not told when it lasts a moment', async () => {
    watch({ patienceMs: 60_000 });
    isUp = false;
    await pinged(5);
    isUp = true;
    await pinged(5);
    expect(api.messages).toEqual([]);
  });

  it('is noticed where the database takes the question and never answers', async () => {
    watch({ ping: () => new Promise(() => undefined), deadlineMs: 20 });
    await told('database does not answer');
  });

  it('is told once by three replicas that notice it together', async () => {
    for (let replica = 0; replica < 3; replica++) watch();
    await pinged(6);
    isUp = false;
    await told('database does not answer');
    await pinged(60);
    await told('database does not answer');
    isUp = true;
    await told('database is back');
  });

  it('is not even posted by a replica that notices it later', async () => {
    watch();
    isUp = false;
    await told('database does not answer');
    watch();
    await pinged(60);
    expect(api.calls.filter((call) => call.method === 'chat.postMessage')).toHaveLength(1);
    isUp = true;
    await told('database is back');
  });

  it('is told anew when it comes again', async () => {
    watch();
    isUp = false;
    await told('does not answer');
    isUp = true;
    await told('database is back');
    isUp = false;
    await vi.waitFor(() => expect(api.messages).toHaveLength(2), { timeout: 2_000 });
    expect(api.messages[0]?.text).toContain('database is back');
    expect(api.messages[1]?.text).toContain('does not answer');
  });

  it('is told as soon as Slack takes it', async () => {
    api.fault('chat.postMessage', { kind: 'limited', retryAfterS: 1 });
    api.fault('conversations.history', { kind: 'status', status: 503, executed: false });
    watch();
    isUp = false;
    await told('does not answer');
  });

  it('is told also where Slack does not let Sitrep look for its own messages', async () => {
    watch();
    await pinged(3);
    for (let call = 0; call < 2; call++)
      api.fault('conversations.history', { kind: 'refused', error: 'missing_scope' });
    isUp = false;
    await told('does not answer');
  });

  it('that a killed process had told of is brought to its end by the next one', async () => {
    const since = new Date(Date.now() - 90_000).toISOString();
    api.messages.push({
      ts: '1.1',
      text: 'does not answer',
      blocks: [],
      edits: 0,
      metadata: { event_type: 'sitrep_degraded', event_payload: { state: 'down', since } },
    });
    watch();
    await told('database is back, after 2 min away');
  });
});
