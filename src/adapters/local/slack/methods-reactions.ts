import { present, refuse, resolveChannel, type Method } from './method.ts';
import type { Reaction } from './types.ts';

const add: Method = (args, context) => {
  const message =
    resolveChannel(args['channel'], context) && context.workspace.message(String(args['timestamp']));
  if (!message) return refuse('message_not_found');
  const name = String(args['name']);
  const reactions = message.reactions ?? [];
  const own = context.app.botUserId;
  if (reactions.some((reaction) => reaction.name === name && reaction.users.includes(own))) {
    return refuse('already_reacted');
  }
  context.workspace.replace({ ...message, reactions: withUser(reactions, name, own) });
  return { ok: true };
};

const remove: Method = (args, context) => {
  const message =
    resolveChannel(args['channel'], context) && context.workspace.message(String(args['timestamp']));
  if (!message) return refuse('message_not_found');
  const own = context.app.botUserId;
  const reactions = message.reactions ?? [];
  const held = reactions.some((reaction) => reaction.name === args['name'] && reaction.users.includes(own));
  if (!held) return refuse('no_reaction');
  const left = reactions.map((reaction) =>
    reaction.name === args['name']
      ? { ...reaction, users: reaction.users.filter((user) => user !== own) }
      : reaction,
  );
  context.workspace.replace({ ...message, reactions: left.filter((reaction) => reaction.users.length > 0) });
  return { ok: true };
};

const get: Method = (args, context) => {
  const channel = resolveChannel(args['channel'], context);
  const message = channel && context.workspace.message(String(args['timestamp']));
  if (!message) return refuse('message_not_found');
  return { ok: true, type: 'message', channel, message: present(message, context, false) };
};

/** reactions.* on the messages that the stand-in keeps. */
export const REACTION_METHODS: Readonly<Record<string, Method>> = {
  'reactions.add': add,
  'reactions.remove': remove,
  'reactions.get': get,
};

function withUser(reactions: readonly Reaction[], name: string, user: string): Reaction[] {
  const existing = reactions.find((reaction) => reaction.name === name);
  if (!existing) return [...reactions, { name, users: [user] }];
  return reactions.map((reaction) =>
    reaction === existing ? { ...existing, users: [...existing.users, user] } : reaction,
  );
}
