import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { moduleUrl, runChild } from './child.ts';

/** A message as Slack's Web API shows it. */
export type SlackMessage = {
  ts: string;
  thread_ts?: string;
  text: string;
  blocks?: unknown[];
  reply_count?: number;
  files?: { name: string }[];
  metadata?: { event_type: string; event_payload: Record<string, unknown> };
};

export type SlackProcess = {
  /** What leads Sitrep to it. */
  environment: Record<string, string>;
  /** What stands in the channel itself, newest first. */
  channel(): Promise<SlackMessage[]>;
  /** The replies below a message of the channel, oldest first. */
  replies(ts: string): Promise<SlackMessage[]>;
  stop(): Promise<void>;
};

const CHANNEL = 'C0INCIDENTS';
const BOT_TOKEN = 'xoxb-for-tests';
const SIGNING_SECRET = 'a-signing-secret-for-tests';

/** Slack's stand-in, with Slack's own posting rate, in a process that outlives Sitrep's. */
export async function startSlackProcess(appUrl: string): Promise<SlackProcess> {
  const home = await mkdtemp(join(tmpdir(), 'sitrep-slack-'));
  const options = JSON.stringify({
    home,
    appUrl,
    signingSecret: SIGNING_SECRET,
    botToken: BOT_TOKEN,
    people: [{ id: 'U0ONCALL', name: 'on-call', role: 'on-call engineer' }],
    channel: { id: CHANNEL, name: 'incidents' },
  });
  const child = runChild(`
    import { startSlackStandIn } from ${moduleUrl('adapters/local/slack/stand-in.ts')};
    const quiet = { info() {}, warn() {} };
    const { apiUrl } = await startSlackStandIn({ ...${options}, log: quiet });
    console.log(apiUrl);`);
  const stop = async () => {
    await child.kill();
    await rm(home, { recursive: true, force: true });
  };
  const apiUrl = await child.line().catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  async function messages(method: string, query: Record<string, string>): Promise<SlackMessage[]> {
    const asked = new URLSearchParams({
      channel: CHANNEL,
      include_all_metadata: 'true',
      limit: '999',
      ...query,
    });
    const answer = await fetch(`${apiUrl}${method}?${asked.toString()}`, {
      headers: { authorization: `Bearer ${BOT_TOKEN}` },
    });
    const said = (await answer.json()) as { ok: boolean; messages: SlackMessage[]; has_more: boolean };
    if (!said.ok || said.has_more) throw new Error(`${method}: ${JSON.stringify(said).slice(0, 200)}`);
    return said.messages;
  }
  return {
    environment: {
      SLACK_BOT_TOKEN: BOT_TOKEN,
      SLACK_SIGNING_SECRET: SIGNING_SECRET,
      SLACK_API_URL: apiUrl,
      SLACK_CHANNEL: CHANNEL,
    },
    channel: () => messages('conversations.history', {}),
    replies: async (ts) => (await messages('conversations.replies', { ts })).slice(1),
    stop,
  };
}
