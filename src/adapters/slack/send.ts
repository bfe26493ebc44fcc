import type { webApi } from '@slack/bolt';
import { incidentName } from '../../incident/incident.ts';
import type { IncidentView } from '../../incident/view.ts';
import type { Reading } from './desk.ts';
import { findFile, findMessage, MESSAGE_EVENT } from './find-sent.ts';
import type { Log } from './log.ts';
import type { DueMessage } from './outbox.ts';
import { renderPostmortem } from './render/postmortem.ts';
import type { Rendered } from './render/rich.ts';
import { renderSlot } from './render/slots.ts';
import { slackFailure } from './slack-errors.ts';

/** What sending needs of the world. */
export type Sending = {
  client: webApi.WebClient;
  reading: Pick<Reading, 'postmortem'>;
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
/** Clocks differ: the root may seem older than the incident that it announces. */
const CLOCK_SKEW_MS = 10 * 60_000;

/**
 * Brings one message in Slack to what its slot shows now: edits it, finds it again, or posts it. Resolves to
 * its ts, or null where there is nothing to show. Throws what the client throws; then nothing was shown, or
 * nobody knows.
 */
export async function sendMessage(
  sending: Sending,
  message: DueMessage,
  view: IncidentView,
): Promise<string | null> {
  if (message.slot === 'postmortem') return sendPostmortem(sending, message);
  const rendered = renderSlot(view, message.slot, message.ts !== null || message.uncertain);
  if (rendered === null) return null;
  if (message.ts !== null && (await edit(sending, message, message.ts, rendered))) return message.ts;
  const sent = message.uncertain ? await lookUp(sending, message, view) : null;
  if (sent !== null && sent !== message.ts && (await edit(sending, message, sent, rendered))) return sent;
  return post(sending, message, rendered);
}

async function sendPostmortem(sending: Sending, message: DueMessage): Promise<string | null> {
  const { client, reading, log } = sending;
  const markdown = await reading.postmortem(message.incidentId);
  if (markdown === null || message.threadTs === null) return null;
  const file = renderPostmortem(message.incidentId, message.wanted, markdown);
  if (message.uncertain) {
    const sent = await unlessRefused(log, () => findFile(client, message, file.filename));
    if (sent !== null) return sent;
  }
  assertStillOurs(sending);
  await client.filesUploadV2({
    channel_id: message.channel,
    thread_ts: message.threadTs,
    filename: file.filename,
    title: file.title,
    initial_comment: file.comment,
    content: file.content,
  });
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
      client.chat.update({ channel: message.channel, ts, text, blocks, parse: 'none' }),
    );
    return true;
  } catch (error) {
    const failure = slackFailure(error);
    if (failure.kind === 'refused' && GONE.has(failure.code)) return false;
    throw error;
  }
}

async function lookUp(
  { client, log }: Sending,
  message: DueMessage,
  view: IncidentView,
): Promise<string | null> {
  const since = new Date(view.incident.openedAt.getTime() - CLOCK_SKEW_MS);
  return unlessRefused(log, () => findMessage(client, message, since));
}

async function post(sending: Sending, message: DueMessage, rendered: Rendered): Promise<string> {
  const { client, log } = sending;
  assertStillOurs(sending);
  const posted = await withoutBlocksIfRefused(log, message, rendered, ({ text, blocks }) =>
    client.chat.postMessage({
      channel: message.channel,
      ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
      text,
      blocks,
      parse: 'none',
      mrkdwn: false,
      unfurl_links: false,
      unfurl_media: false,
      metadata: {
        event_type: MESSAGE_EVENT,
        event_payload: { id: message.id, incident: incidentName(message.incidentId), slot: message.slot },
      },
    }),
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
    const { incidentId, slot } = message;
    log.error(
      { incidentId, slot, code: failure.code },
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
    return await search();
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
