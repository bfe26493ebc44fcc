import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message as it stands in the recorder, with when it came and how often it was edited. */
export type Posted = {
  ts: string;
  channel: string;
  threadTs: string | null;
  /** The outbox id in the message's metadata; null for a message without one. */
  id: string | null;
  slot: string | null;
  incident: string | null;
  /** Text and blocks as they stand now. */
  content: string;
  metadata: unknown;
  /** Milliseconds since 1970, with fractions. */
  at: number;
  edits: number;
};

/** What is about to happen to a call, or has just happened and is not answered yet. */
export type SlackMoment = { method: string; when: 'before' | 'after'; slot: string | null };

export type SlackRecorder = {
  /** Base of the Web API, ends in /api/. */
  apiUrl: string;
  posts: readonly Posted[];
  /** Every call: its method and when it came; those that were refused with 429 say so. */
  calls: readonly { method: string; at: number; limited: boolean }[];
  /** Holds posting and editing to this pace from now on, with 429 and Retry-After above it; null lifts it. */
  hold(pace: { perSecond: number; burst: number } | null): void;
  /** Asked at both moments of every call; false leaves the call without an answer for ever. */
  onMoment(ask: (moment: SlackMoment) => boolean): void;
  /** Called with every message that is posted. */
  onPost(tell: (post: Posted) => void): void;
  /** Called with every message that is edited. */
  onEdit(tell: (post: Posted) => void): void;
  stop(): Promise<void>;
};

type Fields = Record<string, string>;

export const SLACK_ENVIRONMENT = {
  SLACK_BOT_TOKEN: 'xoxb-bench',
  SLACK_SIGNING_SECRET: 'bench-signing-secret',
  SLACK_CHANNEL: 'C0BENCH',
} as const;

/**
 * The few Web API methods that Sitrep calls, kept in memory and answered at once. Leaner than the stand-in
 * of src/adapters/local/slack, so that it weighs little beside what is measured, and it remembers every
 * call, because a message that was sent twice is what the crash harness looks for.
 */
export async function startSlackRecorder(): Promise<SlackRecorder> {
  const posts: Posted[] = [];
  const byTs = new Map<string, Posted>();
  const calls: { method: string; at: number; limited: boolean }[] = [];
  const postListeners: ((post: Posted) => void)[] = [];
  const editListeners: ((post: Posted) => void)[] = [];
  let ask: (moment: SlackMoment) => boolean = () => true;
  let bucket: { perSecond: number; burst: number; tokens: number; at: number } | null = null;
  let lastMicros = 0;

  const server = createServer((request, response) => {
    void handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = (request.url ?? '').replace(/^\/api\//, '').split('?', 1)[0] ?? '';
    const arrived = now();
    const fields = await readFields(request);
    const slot = slotOf(fields, byTs);
    const limited = /^chat\.(postMessage|update)$/.test(method) && !mayPass();
    calls.push({ method, at: arrived, limited });
    if (!ask({ method, when: 'before', slot })) return;
    if (limited) {
      response.writeHead(429, { 'Retry-After': '1', 'Content-Type': 'application/json' });
      response.end('{"ok":false,"error":"ratelimited"}');
      return;
    }
    const answer = call(method, fields, arrived);
    if (!ask({ method, when: 'after', slot })) return;
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(answer));
  }

  function mayPass(): boolean {
    if (!bucket) return true;
    const at = now();
    bucket.tokens = Math.min(bucket.burst, bucket.tokens + ((at - bucket.at) / 1000) * bucket.perSecond);
    bucket.at = at;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  function call(method: string, fields: Fields, at: number): object {
    switch (method) {
      case 'auth.test':
        return { ok: true, team_id: 'T0BENCH', user_id: 'U0SITREP', bot_id: 'B0SITREP', app_id: 'A0SITREP' };
      case 'chat.postMessage':
        return post(fields, at);
      case 'chat.update':
        return update(fields);
      case 'conversations.history':
        return list((one) => one.threadTs === null && one.ts >= (fields['oldest'] ?? ''), true);
      case 'conversations.replies':
        return list((one) => one.ts === fields['ts'] || one.threadTs === fields['ts'], false);
      default:
        return { ok: true };
    }
  }

  function post(fields: Fields, at: number): object {
    lastMicros = Math.max(lastMicros + 1, Math.round(at * 1000));
    const ts = `${Math.floor(lastMicros / 1e6)}.${String(lastMicros % 1e6).padStart(6, '0')}`;
    const metadata: unknown = JSON.parse(fields['metadata'] ?? 'null');
    const payload = payloadOf(metadata);
    const message: Posted = {
      ts,
      channel: fields['channel'] ?? '',
      threadTs: fields['thread_ts'] ?? null,
      id: payload.id ?? null,
      slot: payload.slot ?? null,
      incident: payload.incident ?? null,
      content: contentOf(fields),
      metadata,
      at,
      edits: 0,
    };
    posts.push(message);
    byTs.set(ts, message);
    for (const tell of postListeners) tell(message);
    return { ok: true, channel: message.channel, ts };
  }

  function update(fields: Fields): object {
    const message = byTs.get(fields['ts'] ?? '');
    if (!message) return { ok: false, error: 'message_not_found' };
    message.content = contentOf(fields);
    message.edits += 1;
    for (const tell of editListeners) tell(message);
    return { ok: true, channel: message.channel, ts: message.ts, text: fields['text'] ?? '' };
  }

  function list(wanted: (one: Posted) => boolean, newestFirst: boolean): object {
    const found = posts.filter(wanted);
    const page = newestFirst ? found.toReversed() : found;
    const messages = page.map(({ ts, metadata }) => ({ type: 'message', ts, text: '', metadata }));
    return { ok: true, messages, has_more: false, response_metadata: { next_cursor: '' } };
  }

  return {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    posts,
    calls,
    hold(pace) {
      bucket = pace && { ...pace, tokens: pace.burst, at: now() };
    },
    onMoment(fn) {
      ask = fn;
    },
    onPost: (fn) => void postListeners.push(fn),
    onEdit: (fn) => void editListeners.push(fn),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Milliseconds since 1970 of a clock that never goes back while this process lives. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

async function readFields(request: IncomingMessage): Promise<Fields> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  if (!(request.headers['content-type'] ?? '').startsWith('application/json'))
    return Object.fromEntries(new URLSearchParams(text));
  const parsed = JSON.parse(text || '{}') as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(parsed).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

function contentOf(fields: Fields): string {
  return `${fields['text'] ?? ''}\n${fields['blocks'] ?? ''}`;
}

function payloadOf(metadata: unknown): { id?: string; slot?: string; incident?: string } {
  return (metadata as { event_payload?: { id?: string } } | null)?.event_payload ?? {};
}

function slotOf(fields: Fields, byTs: ReadonlyMap<string, Posted>): string | null {
  const slot = payloadOf(JSON.parse(fields['metadata'] ?? 'null')).slot ?? byTs.get(fields['ts'] ?? '')?.slot;
  return slot?.split(':', 1)[0] ?? null;
}
