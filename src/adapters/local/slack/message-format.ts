import type { AppIdentity, JsonObject, StoredFile, StoredMessage } from './types.ts';

/** What a message's wire form depends on besides the message. */
export interface FormatContext {
  app: AppIdentity;
  /** Replies of the message's thread, oldest first; empty for replies and lone messages. */
  replies: readonly StoredMessage[];
  files: readonly JsonObject[];
  includeMetadata: boolean;
}

/** The message as conversations.history, chat.postMessage and payloads show it. */
export function formatMessage(message: StoredMessage, context: FormatContext): JsonObject {
  const { app, replies, files, includeMetadata } = context;
  return {
    type: 'message',
    user: message.user,
    ts: message.ts,
    text: message.text,
    team: app.teamId,
    ...(message.clientMsgId ? { client_msg_id: message.clientMsgId } : {}),
    ...(message.fromApp ? botFields(app) : {}),
    ...(message.blocks ? { blocks: message.blocks } : {}),
    ...(files.length > 0 ? { files, upload: false } : {}),
    ...(message.editedTs ? { edited: { user: message.user, ts: message.editedTs } } : {}),
    ...threadFields(message, replies),
    ...(message.reactions?.length ? { reactions: message.reactions.map(formatReaction) } : {}),
    ...(includeMetadata && message.metadata ? { metadata: message.metadata } : {}),
  };
}

/** The file as files.info and messages show it; `origin` is where its content can be fetched. */
export function formatFile(file: StoredFile, origin: string): JsonObject {
  const path = `${origin}/files-pri/${file.id}/${encodeURIComponent(file.name)}`;
  return {
    id: file.id,
    created: file.created,
    timestamp: file.created,
    name: file.name,
    title: file.title,
    mimetype: file.mimetype,
    filetype: file.name.split('.').at(-1) ?? 'text',
    user: file.user,
    size: file.size,
    mode: 'hosted',
    is_external: false,
    is_public: true,
    url_private: path,
    url_private_download: path,
    permalink: path,
  };
}

function botFields(app: AppIdentity): JsonObject {
  const profile = {
    id: app.botId,
    app_id: app.appId,
    user_id: app.botUserId,
    name: app.name,
    team_id: app.teamId,
  };
  return { bot_id: app.botId, app_id: app.appId, bot_profile: { ...profile, deleted: false, icons: {} } };
}

function threadFields(message: StoredMessage, replies: readonly StoredMessage[]): JsonObject {
  if (message.threadTs) {
    return {
      thread_ts: message.threadTs,
      ...(message.replyBroadcast ? { subtype: 'thread_broadcast' } : {}),
    };
  }
  if (replies.length === 0) return {};
  const users = [...new Set(replies.map((reply) => reply.user))];
  return {
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users: users,
    reply_users_count: users.length,
    latest_reply: replies.at(-1)?.ts,
  };
}

function formatReaction(reaction: { name: string; users: string[] }): JsonObject {
  return { ...reaction, count: reaction.users.length };
}
