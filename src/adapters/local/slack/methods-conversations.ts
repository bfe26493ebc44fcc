import { present, readBoolean, refuse, resolveChannel, selectPage, type Method } from './method.ts';

const history: Method = (args, context) => {
  const channel = resolveChannel(args['channel'], context);
  if (!channel) return refuse('channel_not_found');
  const visible = context.workspace
    .messages()
    .filter((message) => message.threadTs === undefined || message.replyBroadcast)
    .toReversed();
  const { page, hasMore } = selectPage(visible, args);
  const includeMetadata = readBoolean(args['include_all_metadata']);
  return {
    ok: true,
    messages: page.map((message) => present(message, context, includeMetadata)),
    has_more: hasMore,
    pin_count: 0,
    response_metadata: { next_cursor: '' },
  };
};

const replies: Method = (args, context) => {
  const channel = resolveChannel(args['channel'], context);
  if (!channel) return refuse('channel_not_found');
  const given = context.workspace.message(String(args['ts']));
  if (!given || given.visibleTo) return refuse('thread_not_found');
  const parent = given.threadTs ? (context.workspace.message(given.threadTs) ?? given) : given;
  // Slack pages replies from the oldest on and repeats the parent at the head of each page.
  const { page, hasMore } = selectPage(context.workspace.replies(parent.ts), args);
  const includeMetadata = readBoolean(args['include_all_metadata']);
  return {
    ok: true,
    messages: [parent, ...page].map((message) => present(message, context, includeMetadata)),
    has_more: hasMore,
    response_metadata: { next_cursor: '' },
  };
};

/** The conversations methods that read messages; the rest of conversations.* is the emulator's. */
export const CONVERSATION_METHODS: Readonly<Record<string, Method>> = {
  'conversations.history': history,
  'conversations.replies': replies,
};
