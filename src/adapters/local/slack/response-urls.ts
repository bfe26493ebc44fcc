import { readMessageContent } from './message-content.ts';
import type { MethodContext } from './method.ts';
import { readTarget } from './methods-chat.ts';
import type { JsonObject, StoredMessage } from './types.ts';

const LIFE_MS = 30 * 60_000;
const USES = 5;

/** What a response_url belongs to. */
export interface ResponseSource {
  userId: string;
  /** The message that held the element, for replace_original and delete_original. */
  messageTs?: string;
}

export interface ResponseUrls {
  issue(source: ResponseSource): string;
  /** Handles one POST to a response_url. Returns the HTTP status and body to answer with. */
  respond(key: string, body: JsonObject): { status: number; body: string };
}

/** response_urls: five uses within thirty minutes; they do not survive a restart of the stand-in. */
export function createResponseUrls(context: MethodContext): ResponseUrls {
  const issued = new Map<string, ResponseSource & { at: number; uses: number }>();
  return {
    issue(source) {
      const key = context.newId('R');
      for (const [old, { at }] of issued) if (context.now() - at > LIFE_MS) issued.delete(old);
      issued.set(key, { ...source, at: context.now(), uses: 0 });
      return `${context.origin()}/response/${key}`;
    },
    respond(key, body) {
      const url = issued.get(key);
      if (!url) return failure(404, 'no_such_url');
      if (context.now() - url.at > LIFE_MS) return failure(404, 'expired_url');
      if (url.uses >= USES) return failure(404, 'used_url');
      const original = url.messageTs === undefined ? undefined : context.workspace.message(url.messageTs);
      if (body['delete_original'] === true) {
        if (!original) return failure(404, 'message_not_found');
        url.uses += 1;
        context.workspace.remove(original.ts);
        return { status: 200, body: 'ok' };
      }
      const error = replyAsApp(body, { userId: url.userId, ...(original ? { original } : {}) }, context);
      if (error) return failure(error === 'message_not_found' ? 404 : 400, error);
      url.uses += 1;
      return { status: 200, body: 'ok' };
    },
  };
}

/**
 * Shows what the app answered to an interaction: a replaced original, a message in the channel, or (the default)
 * one that only the person sees. Returns Slack's error code where the answer is refused.
 */
export function replyAsApp(
  body: JsonObject,
  source: { userId: string; original?: StoredMessage },
  context: MethodContext,
): string | undefined {
  const read = readMessageContent(body, context.newId);
  if ('refusal' in read) return String(read.refusal['error']);
  const { content } = read;
  if (!content.text && !content.blocks?.length) return 'no_text';
  const { original } = source;
  if (body['replace_original'] === true) {
    if (!original) return 'message_not_found';
    const { blocks: _dropped, ...kept } = original;
    context.workspace.replace({ ...kept, ...content, text: content.text ?? '' });
    return undefined;
  }
  const target = readTarget({ channel: context.channel.id, thread_ts: body['thread_ts'] }, context);
  if ('refusal' in target) return String(target.refusal['error']);
  context.workspace.post({
    ...target,
    ...content,
    text: content.text ?? '',
    user: context.app.botUserId,
    fromApp: true,
    ...(body['response_type'] === 'in_channel' ? {} : { visibleTo: source.userId }),
  });
  return undefined;
}

function failure(status: number, error: string): { status: number; body: string } {
  return { status, body: JSON.stringify({ ok: false, error }) };
}
