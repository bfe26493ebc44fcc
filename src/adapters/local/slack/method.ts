import type { FormatContext } from './message-format.ts';
import { formatFile, formatMessage } from './message-format.ts';
import type { Triggers } from './triggers.ts';
import type { AppIdentity, Channel, JsonObject, Person, StoredMessage } from './types.ts';
import { compareTs, type Workspace } from './workspace.ts';

/** What the Web API methods work on. */
export interface MethodContext {
  workspace: Workspace;
  app: AppIdentity;
  channel: Channel;
  people: readonly Person[];
  triggers: Triggers;
  /** Milliseconds since the epoch. */
  now: () => number;
  newId: (prefix: string) => string;
  /** The stand-in's own address, for example http://127.0.0.1:4711. */
  origin: () => string;
}

/** One Web API method: arguments in, the JSON answer out. */
export type Method = (args: JsonObject, context: MethodContext) => JsonObject;

/** An answer that refuses, with Slack's error code. */
export function refuse(error: string, details: JsonObject = {}): JsonObject {
  return { ok: false, error, ...details };
}

/** The channel's id when `value` names it by id or name, otherwise undefined. */
export function resolveChannel(value: unknown, { channel }: MethodContext): string | undefined {
  return [channel.id, channel.name, `#${channel.name}`].includes(String(value)) ? channel.id : undefined;
}

/** The message in Slack's shape. */
export function present(
  message: StoredMessage,
  context: MethodContext,
  includeMetadata: boolean,
): JsonObject {
  const { workspace, app, origin } = context;
  const files = (message.fileIds ?? []).flatMap((id) => {
    const file = workspace.file(id);
    return file ? [formatFile(file, origin())] : [];
  });
  const replies = message.threadTs ? [] : workspace.replies(message.ts);
  const format: FormatContext = { app, replies, files, includeMetadata };
  return formatMessage(message, format);
}

/** A form value that may be JSON in a string (form bodies) or already parsed (JSON bodies). */
export function readJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (value === '') return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

export function readBoolean(value: unknown): boolean {
  return value === true || value === 'true' || value === '1';
}

export function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The page of `messages` that latest, oldest, inclusive and limit ask for; input and output newest first. */
export function selectPage(
  messages: readonly StoredMessage[],
  args: JsonObject,
): { page: StoredMessage[]; hasMore: boolean } {
  const latest = readText(args['latest']);
  const oldest = readText(args['oldest']);
  const inclusive = readBoolean(args['inclusive']);
  const within = messages.filter(({ ts }) => {
    const afterOldest = oldest === undefined || compareTs(ts, oldest) > (inclusive ? -1 : 0);
    const beforeLatest = latest === undefined || compareTs(ts, latest) < (inclusive ? 1 : 0);
    return afterOldest && beforeLatest;
  });
  const limit = Math.min(Math.max(Number(args['limit'] ?? 100) || 100, 1), 999);
  return { page: within.slice(0, limit), hasMore: within.length > limit };
}
