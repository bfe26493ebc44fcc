import type { webApi } from '@slack/bolt';
import type { DueMessage } from './outbox.ts';

/** The event type in the metadata of every message of ours. */
export const MESSAGE_EVENT = 'sitrep_message';

const PAGE = 200;
const MOST_PAGES = 10;

type Found = { ts?: string; metadata?: unknown; files?: { name?: string }[] };

/**
 * Looks in Slack for a message whose sending nobody saw the end of, by the id in its metadata. Resolves to
 * its ts, or null where it is not there. `since` bounds the search in the channel. Throws as the client does.
 */
export async function findMessage(
  client: webApi.WebClient,
  message: DueMessage,
  since: Date,
): Promise<string | null> {
  const isIt = (candidate: Found): boolean => hasId(candidate.metadata, message.id);
  return search(client, message, since, isIt);
}

/** Looks in the thread for a file that may have been uploaded, by its name. */
export async function findFile(
  client: webApi.WebClient,
  message: DueMessage,
  filename: string,
): Promise<string | null> {
  const isIt = (candidate: Found): boolean =>
    candidate.files?.some((file) => file.name === filename) ?? false;
  return search(client, message, new Date(0), isIt);
}

async function search(
  client: webApi.WebClient,
  message: DueMessage,
  since: Date,
  isIt: (candidate: Found) => boolean,
): Promise<string | null> {
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const common = {
      channel: message.channel,
      include_all_metadata: true,
      limit: PAGE,
      ...(cursor ? { cursor } : {}),
    };
    const answer =
      message.threadTs === null
        ? await client.conversations.history({ ...common, oldest: (since.getTime() / 1000).toFixed(6) })
        : await client.conversations.replies({ ...common, ts: message.threadTs });
    const found = ((answer.messages ?? []) as Found[]).find(isIt);
    if (found?.ts) return found.ts;
    cursor = answer.response_metadata?.next_cursor;
    if (!cursor) return null;
  }
  return null;
}

function hasId(metadata: unknown, id: string): boolean {
  if (typeof metadata !== 'object' || metadata === null || !('event_payload' in metadata)) return false;
  const payload = metadata.event_payload;
  return typeof payload === 'object' && payload !== null && 'id' in payload && payload.id === id;
}
