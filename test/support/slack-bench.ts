import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogLevel, type App } from '@slack/bolt';
import {
  startSlackStandIn,
  type SlackStandIn,
  type StandInOptions,
} from '../../src/adapters/local/slack/stand-in.ts';
import { listenForBolt } from './tiny-bolt-app.ts';

export const ON_CALL = { id: 'U0ONCALL', name: 'on-call', role: 'on-call engineer' };
export const APPROVER = { id: 'U0APPROVER', name: 'approver', role: 'approver' };

const SIGNING_SECRET = 'a-signing-secret-for-tests';
const BOT_TOKEN = 'xoxb-for-tests';

/** A stand-in with a Bolt app behind it, and how to take both away. */
export interface SlackBench {
  slack: SlackStandIn;
  bolt: App;
  appUrl: string;
  home: string;
  /** Stops and starts the stand-in on the same directory. */
  restart(): Promise<SlackStandIn>;
  stop(): Promise<void>;
}

export async function startSlackBench(options: Partial<StandInOptions> = {}): Promise<SlackBench> {
  const home = await mkdtemp(join(tmpdir(), 'sitrep-slack-'));
  const listening = await listenForBolt();
  const start = (): Promise<SlackStandIn> =>
    startSlackStandIn({
      home,
      signingSecret: SIGNING_SECRET,
      botToken: BOT_TOKEN,
      appUrl: listening.url,
      people: [ON_CALL, APPROVER],
      channel: { name: 'incidents' },
      log: { info: () => {}, warn: () => {} },
      postingRate: { perSecond: 1000, burst: 1000 },
      eventRetryDelaysMs: [0, 1, 1],
      ...options,
    });
  let slack = await start();
  const bot = listening.attach({ apiUrl: slack.apiUrl, botToken: BOT_TOKEN, signingSecret: SIGNING_SECRET });
  return {
    slack,
    bolt: bot.app,
    appUrl: listening.url,
    home,
    async restart() {
      await slack.stop();
      slack = await start();
      return slack;
    },
    async stop() {
      await slack.stop();
      await bot.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** A Web API client as the product uses one: no hidden retries. */
export const CLIENT_OPTIONS = {
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  timeout: 1000,
  logLevel: LogLevel.ERROR,
};
export { BOT_TOKEN };
