import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a call may meet instead of an answer; `executed` faults happen after the call took effect. */
export type SlackFault =
  | { kind: 'limited'; retryAfterS: number }
  | { kind: 'refused'; error: string }
  | { kind: 'status'; status: number; executed: boolean }
  | { kind: 'hang-up'; executed: boolean }
  /** Takes effect, and is answered when the promise resolves. */
  | { kind: 'slow'; until: Promise<void> }
  /** Takes effect, and only the beginning of the answer arrives. */
  | { kind: 'cut-off' };

/** `at` is in milliseconds of the monotonic clock. */
export type SlackCall = { method: string; args: Record<string, string>; at: number };
export type PostedMessage = {
  ts: string;
  thread_ts?: string;
  text: string;
  blocks: unknown[];
  metadata?: unknown;
  files?: { name: string }[];
  edits: number;
};

/** The few methods of Slack's API that the adapter calls, over real HTTP, with faults on demand. */
export type SlackApi = {
  /** For `slackApiUrl`; ends in a slash. */
  url: string;
  calls: SlackCall[];
  messages: PostedMessage[];
  ephemerals: Record<string, string>[];
  /** Answers to a response_url. */
  responses: Record<string, unknown>[];
  views: Record<string, unknown>[];
  /** What Slack says of a person beyond that they are a full member. */
  users: Map<string, Record<string, unknown>>;
  /** The next call of this method meets the fault. */
  fault(method: string, fault: SlackFault): void;
  stop(): Promise<void>;
};

type Answer = Record<string, unknown> & { ok: boolean };

export async function startSlackApi(): Promise<SlackApi> {
  const faults: { method: string; fault: SlackFault }[] = [];
  let counter = 0;
  const api: Omit<SlackApi, 'url' | 'stop'> = {
    calls: [],
    messages: [],
    ephemerals: [],
    responses: [],
    views: [],
    users: new Map(),
    fault: (method, fault) => void faults.push({ method, fault }),
  };

  const nextTs = (): string => `1772452800.${String(++counter).padStart(6, '0')}`;
  const run = (method: string, args: Record<string, string>): Answer => {
    switch (method) {
      case 'auth.test':
        return { ok: true, team_id: 'T0TEAM', user_id: 'U0SITREP', bot_id: 'B0SITREP', app_id: 'A0SITREP' };
      case 'chat.postMessage': {
        const message: PostedMessage = {
          ts: nextTs(),
          text: args['text'] ?? '',
          blocks: JSON.parse(args['blocks'] ?? '[]') as unknown[],
          edits: 0,
          ...(args['thread_ts'] ? { thread_ts: args['thread_ts'] } : {}),
          ...(args['metadata'] ? { metadata: JSON.parse(args['metadata']) as unknown } : {}),
        };
        api.messages.push(message);
        return { ok: true, ts: message.ts, channel: args['channel'] };
      }
      case 'chat.update': {
        const message = api.messages.find((each) => each.ts === args['ts']);
        if (!message) return { ok: false, error: 'message_not_found' };
        Object.assign(message, {
          text: args['text'],
          blocks: JSON.parse(args['blocks'] ?? '[]'),
          edits: message.edits + 1,
          ...(args['metadata'] ? { metadata: JSON.parse(args['metadata']) as unknown } : {}),
        });
        return { ok: true, ts: message.ts };
      }
      case 'chat.delete': {
        const at = api.messages.findIndex((each) => each.ts === args['ts']);
        if (at === -1) return { ok: false, error: 'message_not_found' };
        api.messages.splice(at, 1);
        return { ok: true };
      }
      case 'chat.postEphemeral':
        api.ephemerals.push(args);
        return { ok: true, message_ts: nextTs() };
      case 'conversations.history':
        return { ok: true, messages: api.messages.filter((message) => !message.thread_ts).reverse() };
      case 'conversations.replies':
        return {
          ok: true,
          messages: api.messages.filter(
            (message) => message.thread_ts === args['ts'] || message.ts === args['ts'],
          ),
        };
      case 'users.info': {
        const id = args['user'] ?? '';
        return { ok: true, user: { id, team_id: 'T0TEAM', ...api.users.get(id) } };
      }
      case 'chat.getPermalink':
        return {
          ok: true,
          permalink: `https://team.example/archives/${args['channel']}/p${args['message_ts']}`,
        };
      case 'views.open':
      case 'views.publish':
        api.views.push(JSON.parse(args['view'] ?? '{}') as Record<string, unknown>);
        return { ok: true, view: { id: 'V1' } };
      case 'files.getUploadURLExternal':
        return {
          ok: true,
          upload_url: `${api.calls.length > 0 ? base() : ''}upload`,
          file_id: `F${args['filename']}`,
        };
      case 'files.completeUploadExternal': {
        const [file] = JSON.parse(args['files'] ?? '[]') as { id: string; title: string }[];
        api.messages.push({
          ts: nextTs(),
          text: args['initial_comment'] ?? '',
          blocks: [],
          edits: 0,
          files: [{ name: (file?.id ?? '').slice(1) }],
          ...(args['thread_ts'] ? { thread_ts: args['thread_ts'] } : {}),
        });
        return { ok: true, files: [{ id: file?.id, title: file?.title }] };
      }
      default:
        return { ok: false, error: 'unknown_method' };
    }
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    const path = request.url ?? '';
    if (path === '/response') {
      api.responses.push(JSON.parse(body) as Record<string, unknown>);
      return void response.end('ok');
    }
    if (path === '/api/upload') return void response.end('OK');
    const method = path.slice('/api/'.length);
    const args = Object.fromEntries(new URLSearchParams(body));
    api.calls.push({ method, args, at: performance.now() });
    const at = faults.findIndex((each) => each.method === method);
    const fault = at === -1 ? null : (faults.splice(at, 1)[0]?.fault ?? null);
    answer(response, fault, () => run(method, args));
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const base = (): string => `http://127.0.0.1:${port}/api/`;
  return {
    ...api,
    url: base(),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(response: ServerResponse, fault: SlackFault | null, run: () => Answer): void {
  if (fault === null) {
    response.setHeader('content-type', 'application/json');
    return void response.end(JSON.stringify(run()));
  }
  switch (fault.kind) {
    case 'limited':
      return void response.writeHead(429, { 'retry-after': String(fault.retryAfterS) }).end();
    case 'refused':
      return void response.end(JSON.stringify({ ok: false, error: fault.error }));
    case 'status':
      if (fault.executed) run();
      return void response.writeHead(fault.status).end();
    case 'cut-off':
      return void response.end(JSON.stringify(run()).slice(0, 8));
    case 'slow': {
      const answer = JSON.stringify(run());
      return void fault.until.then(() => response.end(answer));
    }
    case 'hang-up':
      if (fault.executed) run();
      return void response.destroy();
    default:
      return fault satisfies never;
  }
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
