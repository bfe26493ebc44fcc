import type { webApi } from '@slack/bolt';
import { createBell } from '../bell.ts';
import type { Log } from './log.ts';
import { renderOutage, renderRecovery } from './render/outage.ts';
import { failureText, slackFailure } from './slack-errors.ts';

export type DegradedSettings = {
  /** Resolves while the database answers; its rejection, or no answer within `deadlineMs`, says that it does not. */
  ping: () => Promise<unknown>;
  client: webApi.WebClient;
  channel: string;
  log: Log;
  /** Milliseconds since 1970; absent: the machine's clock. */
  now?: () => number;
  /** How often to ask, in milliseconds. */
  everyMs?: number;
  deadlineMs?: number;
  /** For how long it must not have answered before people are told, in milliseconds. */
  patienceMs?: number;
};

export type Watch = { stop(): Promise<void> };

/** Where the notice of an outage stands. */
type Notice = { ts: string; since: Date };

const EVENT = 'sitrep_degraded';
const LATELY_MS = 86_400_000;
const LOOKED_AT = 100;
const MOST_DOUBLINGS = 5;
/** Clocks of two replicas differ by less than that; a notice that much older is of the same outage. */
const SAME_OUTAGE_MS = 60_000;

/**
 * Tells the channel once when the database has not answered for some seconds, and changes that notice when it
 * is back. There is no outbox then, so replicas find each other's notice in the channel: each looks before it
 * posts, and of two that posted at the same moment the later one takes its own away. Times are the machine's,
 * because the database's are not to be had.
 */
export function watchDatabase(settings: DegradedSettings): Watch {
  const { ping, log, now = Date.now, everyMs = 1_000, deadlineMs = 3_000, patienceMs = 5_000 } = settings;
  const bell = createBell();
  let stopped = false;
  let downSince: Date | null = null;
  let notice: Notice | null = null;
  /** A notice of an earlier outage may still stand, of which the process that posted it did not see the end. */
  let lookBack = true;

  const look = async (): Promise<void> => {
    const asked = new Date(now());
    if (!(await answers(ping, deadlineMs))) {
      downSince ??= asked;
      if (notice === null && now() - downSince.getTime() >= patienceMs)
        notice = await announce(settings, downSince);
      return;
    }
    if (lookBack) notice ??= await findNotice(settings, new Date(now() - LATELY_MS));
    lookBack = false;
    if (notice !== null) await recover(settings, notice, new Date(now()));
    notice = null;
    downSince = null;
  };

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!stopped) {
      try {
        await look();
        failures = 0;
      } catch (error) {
        failures += 1;
        log.warn(
          { reason: failureText(slackFailure(error)) },
          'Could not tell in Slack how it stands with the database; trying again',
        );
      }
      // Slack is away as well; asking it every second would help nobody and fill the log.
      const ms = everyMs * 2 ** Math.min(failures, MOST_DOUBLINGS);
      if (!stopped) await bell.wait({ ms, untilRung: false });
    }
  };
  const running = run();

  return {
    async stop() {
      stopped = true;
      bell.ringForGood();
      await running;
    },
  };
}

async function answers(ping: () => Promise<unknown>, deadlineMs: number): Promise<boolean> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no answer in time')), deadlineMs);
  try {
    await Promise.race([ping(), late]);
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** Posts the notice, unless one stands. Resolves to the one that stands afterwards. */
async function announce(settings: DegradedSettings, since: Date): Promise<Notice> {
  const { client, channel, log } = settings;
  const earliest = new Date(since.getTime() - SAME_OUTAGE_MS);
  const standing = await findNotice(settings, earliest);
  if (standing !== null) return standing;
  const { ts } = await client.chat.postMessage({
    channel,
    ...renderOutage(since),
    parse: 'none',
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    metadata: { event_type: EVENT, event_payload: { state: 'down', since: since.toISOString() } },
  });
  if (!ts) throw new Error('Slack accepted a message and gave no ts for it');
  log.error({ since }, 'The database does not answer; told the channel');
  const first = await findNotice(settings, earliest).catch(() => null);
  if (first === null || first.ts === ts) return { ts, since };
  await client.chat.delete({ channel, ts }).catch((error: unknown) => {
    log.warn({ reason: failureText(slackFailure(error)) }, 'Two notices of one outage stand in the channel');
  });
  return first;
}

async function recover({ client, channel, log }: DegradedSettings, notice: Notice, at: Date): Promise<void> {
  try {
    await client.chat.update({
      channel,
      ts: notice.ts,
      ...renderRecovery(notice.since, at),
      parse: 'none',
      metadata: { event_type: EVENT, event_payload: { state: 'back', since: notice.since.toISOString() } },
    });
  } catch (error) {
    // Somebody deleted it; there is nothing left to correct.
    if (slackFailure(error).kind !== 'refused') throw error;
  }
  log.info({ since: notice.since }, 'The database answers again');
}

/** The first notice since then that still says that the database is away; none where Slack lets nobody look. */
async function findNotice({ client, channel }: DegradedSettings, earliest: Date): Promise<Notice | null> {
  const { messages = [] } = await client.conversations
    .history({
      channel,
      include_all_metadata: true,
      limit: LOOKED_AT,
      oldest: (earliest.getTime() / 1000).toFixed(6),
    })
    .catch((error: unknown) => {
      if (slackFailure(error).kind !== 'refused') throw error;
      return { messages: [] };
    });
  const standing = messages.flatMap((message) => noticeOf(message) ?? []);
  return standing.sort((a, b) => Number(a.ts) - Number(b.ts))[0] ?? null;
}

function noticeOf(message: { ts?: string; metadata?: unknown }): Notice | null {
  const { event_type: type, event_payload: payload } = (message.metadata ?? {}) as {
    event_type?: unknown;
    event_payload?: { state?: unknown; since?: unknown };
  };
  if (type !== EVENT || payload?.state !== 'down' || !message.ts) return null;
  const since = new Date(String(payload.since));
  return Number.isNaN(since.getTime()) ? null : { ts: message.ts, since };
}
