import { readMessageContent } from './message-content.ts';
import {
  present,
  readBoolean,
  readText,
  refuse,
  resolveChannel,
  type Method,
  type MethodContext,
} from './method.ts';
import type { JsonObject, StoredMessage } from './types.ts';

/** Slack cuts nothing off an edited or ephemeral message: above this many characters it refuses. */
const EDITED_TEXT_LIMIT = 4000;

const postMessage: Method = (args, context) => {
  const target = readTarget(args, context);
  if ('refusal' in target) return target.refusal;
  const read = readMessageContent(args, context.newId);
  if ('refusal' in read) return read.refusal;
  if (!read.content.text && !read.content.blocks?.length) return refuse('no_text');
  const clientMsgId = readText(args['client_msg_id']);
  const message = context.workspace.post({
    ...target,
    ...read.content,
    text: read.content.text ?? '',
    user: context.app.botUserId,
    fromApp: true,
    ...(target.threadTs && readBoolean(args['reply_broadcast']) ? { replyBroadcast: true } : {}),
    ...(clientMsgId ? { clientMsgId } : {}),
  });
  return { ok: true, channel: message.channel, ts: message.ts, message: present(message, context, true) };
};

const postEphemeral: Method = (args, context) => {
  const target = readTarget(args, context);
  if ('refusal' in target) return target.refusal;
  const user = context.people.find((person) => person.id === args['user']);
  if (!user) return refuse('user_not_in_channel');
  const read = readMessageContent(args, context.newId, EDITED_TEXT_LIMIT);
  if ('refusal' in read) return read.refusal;
  if (!read.content.text && !read.content.blocks?.length) return refuse('no_text');
  const message = context.workspace.post({
    ...target,
    ...read.content,
    text: read.content.text ?? '',
    user: context.app.botUserId,
    fromApp: true,
    visibleTo: user.id,
  });
  return { ok: true, message_ts: message.ts };
};

const update: Method = (args, context) => {
  const found = findOwn(args, context, 'cant_update_message');
  if ('refusal' in found) return found.refusal;
  const read = readMessageContent(args, context.newId, EDITED_TEXT_LIMIT);
  if ('refusal' in read) return read.refusal;
  const { content } = read;
  if (content.text === undefined && content.blocks === undefined) return refuse('no_text');
  const textChanged = content.text !== undefined && content.text !== found.message.text;
  const message: StoredMessage = { ...found.message, ...content };
  if (content.blocks?.length === 0) delete message.blocks;
  if (content.metadata && Object.keys(content.metadata).length === 0) delete message.metadata;
  if (textChanged) message.editedTs = `${Math.floor(context.now() / 1000)}.000000`;
  context.workspace.replace(message);
  return {
    ok: true,
    channel: message.channel,
    ts: message.ts,
    text: message.text,
    message: present(message, context, true),
  };
};

const remove: Method = (args, context) => {
  const found = findOwn(args, context, 'cant_delete_message');
  if ('refusal' in found) return found.refusal;
  context.workspace.remove(found.message.ts);
  return { ok: true, channel: found.message.channel, ts: found.message.ts };
};

const getPermalink: Method = (args, context) => {
  const channel = resolveChannel(args['channel'], context);
  if (!channel) return refuse('channel_not_found');
  const message = context.workspace.message(String(args['message_ts']));
  if (!message || message.visibleTo) return refuse('message_not_found');
  const thread = message.threadTs ? `?thread_ts=${message.threadTs}&cid=${channel}` : '';
  const path = `/archives/${channel}/p${message.ts.replace('.', '')}${thread}`;
  return { ok: true, channel, permalink: `https://${context.app.teamDomain}.slack.com${path}` };
};

/** chat.*: messages of the app. */
export const CHAT_METHODS: Readonly<Record<string, Method>> = {
  'chat.postMessage': postMessage,
  'chat.postEphemeral': postEphemeral,
  'chat.update': update,
  'chat.delete': remove,
  'chat.getPermalink': getPermalink,
};

/** Where a message goes: the channel, and the thread with a reply's own thread_ts resolved to its parent. */
export function readTarget(
  args: JsonObject,
  context: MethodContext,
): { channel: string; threadTs?: string } | { refusal: JsonObject } {
  const channel = resolveChannel(args['channel'], context);
  if (!channel) return { refusal: refuse('channel_not_found') };
  const threadTs = readText(args['thread_ts']);
  if (threadTs === undefined) return { channel };
  const parent = context.workspace.message(threadTs);
  if (!parent || parent.visibleTo) return { refusal: refuse('thread_not_found') };
  return { channel, threadTs: parent.threadTs ?? parent.ts };
}

function findOwn(
  args: JsonObject,
  context: MethodContext,
  foreign: string,
): { message: StoredMessage } | { refusal: JsonObject } {
  if (!resolveChannel(args['channel'], context)) return { refusal: refuse('channel_not_found') };
  const message = context.workspace.message(String(args['ts']));
  if (!message || message.visibleTo) return { refusal: refuse('message_not_found') };
  return message.fromApp ? { message } : { refusal: refuse(foreign) };
}
