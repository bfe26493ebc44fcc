import type { webApi } from '@slack/bolt';
import { aboutOf, type Content } from './content.ts';
import { findFile, findMessage, MESSAGE_EVENT } from './find-sent.ts';
import type { Log } from './log.ts';
import type { DueMessage } from './outbox.ts';
import type { SlackFile } from './render/postmortem.ts';
import type { Rendered } from './render/rich.ts';
import { during, slackFailure } from './slack-errors.ts';

/** What sending needs of the world. */
export type Sending = {
  client: webApi.WebClient;
  log: Log;
  /** Whether the claim is young enough that nobody else will send the same message before this call ends. */
  isStillOurs: () => boolean;
};

/** The message at this place is gone or can no longer be edited, so that a new one has to be posted. */
const GONE = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed']);
/** Slack does not like the blocks; without them the words at least arrive. */
const BAD_BLOCKS = new Set([
  'invalid_blocks',
  'msg_blocks_too_long',
  'invalid_blocks_format',
  'msg_too_long',
]);
/** Clocks differ: a message may seem older than what it tells of. */
const CLOCK_SKEW_MS = 10 * 60_000;

/**
 * Brings one message in Slack to what it must show: edits it, finds it again, or posts it. Resolves to its
 * ts, or null for a file, which has none. Throws `CallFailed`; then nothing was shown, or nobody knows.
 */
export async function sendMessage(
  sending: Sending,
  message: DueMessage,
  content: Content,
): Promise<string | null> {
  if (content.kind === 'file') return sendFile(sending, message, content.file);
  const { rendered } = content;
  if (message.ts !== null && (await edit(sending, message, message.ts, rendered))) return message.ts;
  const sent = message.uncertain ? await lookUp(sending, message, content.since) : null;
  if (sent !== null && sent !== message.ts && (await edit(sending, message, sent, rendered))) return sent;
  if (content.card) await sendFile(sending, message, content.card);
  return post(sending, message, rendered, content.about);
}

async function sendFile(sending: Sending, message: DueMessage, file: SlackFile): Promise<null> {
  const { client, log } = sending;
  // A card goes first and may have arrived although its message never did.
  if (message.uncertain || message.attempts > 1) {
    const sent = await unlessRefused(log, () => findFile(client, message, file.filename));
    if (sent !== null) return null;
  }
  assertStillOurs(sending);
  await during('post', () =>
    client.filesUploadV2({
      channel_id: message.channel,
      thread_ts: message.threadTs ?? '',
      filename: file.filename,
      title: file.title,
      initial_comment: file.comment,
      content: file.content,
    }),
  );
  // Slack shares the file some time after its answer, so there is no ts yet; none is needed, because a new
  // draft is a new file.
  return null;
}

/** False when there is no such message any more. */
async function edit(
  { client, log }: Sending,
  message: DueMessage,
  ts: string,
  rendered: Rendered,
): Promise<boolean> {
  try {
    await withoutBlocksIfRefused(log, message, rendered, ({ text, blocks }) =>
      during('edit', () => client.chat.update({ channel: message.channel, ts, text, blocks, parse: 'none' })),
    );
    return true;
  } catch (error) {
    const failure = slackFailure(error);
    if (failure.kind === 'refused' && GONE.has(failure.code)) return false;
    throw error;
  }
}

async function lookUp({ client, log }: Sending, message: DueMessage, since: Date): Promise<string | null> {
  const earliest = new Date(since.getTime() - CLOCK_SKEW_MS);
  return unlessRefused(log, () => findMessage(client, message, earliest));
}

async function post(
  sending: Sending,
  message: DueMessage,
  rendered: Rendered,
  about: Record<string, string>,
): Promise<string> {
  const { client, log } = sending;
  assertStillOurs(sending);
  const posted = await withoutBlocksIfRefused(log, message, rendered, ({ text, blocks }) =>
    during('post', () =>
      client.chat.postMessage({
        channel: message.channel,
        ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
        text,
        blocks,
        parse: 'none',
        mrkdwn: false,
        unfurl_links: false,
        unfurl_media: false,
        metadata: { event_type: MESSAGE_EVENT, event_payload: { id: message.id, ...about } },
      }),
    ),
  );
  if (!posted.ts) throw new Error('Slack accepted a message and gave no ts for it');
  return posted.ts;
}

function assertStillOurs({ isStillOurs }: Sending): void {
  if (!isStillOurs()) throw new Error('the claim on this message is too old to post it safely');
}

async function withoutBlocksIfRefused<T>(
  log: Log,
  message: DueMessage,
  rendered: Rendered,
  send: (rendered: Rendered) => Promise<T>,
): Promise<T> {
  try {
    return await send(rendered);
  } catch (error) {
    const failure = slackFailure(error);
    if (failure.kind !== 'refused' || !BAD_BLOCKS.has(failure.code)) throw error;
    log.error(
      { ...aboutOf(message), code: failure.code },
      'Slack refused the blocks of a message; sent as plain text instead',
    );
    return send({ text: `${rendered.text} (Slack did not accept the full message.)`, blocks: [] });
  }
}

/**
 * A search that Slack answers with a refusal, for want of a scope perhaps, will never succeed. Then the
 * message is sent again: seen twice is better than not at all.
 */
async function unlessRefused(log: Log, search: () => Promise<string | null>): Promise<string | null> {
  try {
    return await during('search', search);
  } catch (error) {
    const failure = slackFailure(error);
    if (failure.kind !== 'refused') throw error;
    log.warn(
      { code: failure.code },
      'Slack refuses to let Sitrep look for its own messages; grant the scopes of slack-manifest.json',
    );
    return null;
  }
}
