import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startEmulatorBackend, type EmulatorBackend } from './emulator-backend.ts';
import { createEventDelivery, SLACK_RETRY_DELAYS_MS } from './event-delivery.ts';
import { createFaultList, type Fault } from './faults.ts';
import type { Method, MethodContext } from './method.ts';
import { refuse } from './method.ts';
import { CHAT_METHODS } from './methods-chat.ts';
import { CONVERSATION_METHODS } from './methods-conversations.ts';
import { FILE_METHODS } from './methods-files.ts';
import { REACTION_METHODS } from './methods-reactions.ts';
import { VIEW_METHODS } from './methods-views.ts';
import { createPostingLimiter, SLACK_POSTING_RATE, type PostingRate } from './posting-rate.ts';
import { readArguments, readUpload } from './request-body.ts';
import { createResponseUrls } from './response-urls.ts';
import { createTriggers } from './triggers.ts';
import type { AppIdentity, Channel, JsonObject, Log, Person } from './types.ts';
import { createUserActions, type UserActions } from './user-actions.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

export interface StandInOptions {
  /** Directory for messages, files and views; made when missing. */
  home: string;
  signingSecret: string;
  /** The only token that is accepted. */
  botToken: string;
  /** The bot's base URL; requests go to `${appUrl}/slack/events`. */
  appUrl: string;
  people: readonly Person[];
  channel: { id?: string; name: string };
  log: Log;
  now?: () => number;
  postingRate?: PostingRate;
  eventRetryDelaysMs?: readonly number[];
  /** How long the app may take to answer; Slack gives it three seconds. */
  answerTimeoutMs?: number;
}

/** A local Slack: the Web API for the app, and the people's side for the console and for tests. */
export interface SlackStandIn extends UserActions {
  /** Base of the Web API, ends in /api/. */
  apiUrl: string;
  app: AppIdentity;
  channel: Channel;
  people: readonly Person[];
  workspace: Workspace;
  injectFault(fault: Fault): void;
  setPostingRate(rate: PostingRate): void;
  /** Slack's handshake when a request URL is entered. True when the app answers it. */
  verifyUrl(): Promise<boolean>;
  stop(): Promise<void>;
}

const METHODS: Readonly<Record<string, Method>> = {
  ...CHAT_METHODS,
  ...CONVERSATION_METHODS,
  ...FILE_METHODS,
  ...REACTION_METHODS,
  ...VIEW_METHODS,
};

/** Families that work on messages or views, which only the stand-in has; the emulator must not answer these. */
const NOT_PASSED_ON = /^(chat|views|files|reactions|pins|oauth)\./;

const RATE_LIMITED = new Set(['chat.postMessage', 'chat.postEphemeral']);

const APP: AppIdentity = {
  appId: 'A0SITREP',
  botId: 'B0SITREP',
  botUserId: 'U0SITREP',
  name: 'Sitrep',
  teamId: 'T000000001',
  teamDomain: 'sitrep-local',
};

/** Starts the stand-in on a free loopback port. Throws when `home` cannot be written. */
export async function startSlackStandIn(options: StandInOptions): Promise<SlackStandIn> {
  const { people, botToken, log } = options;
  const now = options.now ?? Date.now;
  const channel: Channel = { id: options.channel.id ?? 'C0INCIDENTS', name: options.channel.name };
  const newId = (prefix: string): string => prefix + randomBytes(6).toString('hex').toUpperCase();
  const workspace = openWorkspace(options.home, now);
  const backend = await startEmulatorBackend({ app: APP, botToken, people, channel });
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      log.warn({ err: error, url: request.url }, 'Slack stand-in could not answer');
      if (!response.headersSent) sendJson(response, 500, { ok: false, error: 'internal_error' });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const triggers = createTriggers(now, () => newId(''));
  const context: MethodContext = {
    workspace,
    app: APP,
    channel,
    people,
    triggers,
    now,
    newId,
    origin: () => origin,
  };
  const request = {
    url: `${options.appUrl}/slack/events`,
    signingSecret: options.signingSecret,
    now,
    timeoutMs: options.answerTimeoutMs ?? 3000,
  };
  const retryDelaysMs = options.eventRetryDelaysMs ?? SLACK_RETRY_DELAYS_MS;
  const events = createEventDelivery({ request, app: APP, retryDelaysMs, newId, log });
  const responseUrls = createResponseUrls(context);
  const faults = createFaultList();
  const limiter = createPostingLimiter(options.postingRate ?? SLACK_POSTING_RATE, now);

  return {
    ...createUserActions({ context, request, events, responseUrls }),
    apiUrl: `${origin}/api/`,
    app: APP,
    channel,
    people,
    workspace,
    injectFault: faults.inject,
    setPostingRate: limiter.setRate,
    verifyUrl: events.verifyUrl,
    async stop() {
      events.stop();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      await backend.close();
    },
  };

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', origin);
    const [, area, ...rest] = url.pathname.split('/');
    if (area === 'api') return handleMethod(rest.join('/'), incoming, response, url);
    if (area === 'response' && incoming.method === 'POST') {
      const answer = responseUrls.respond(rest[0] ?? '', await readArguments(incoming, url));
      response.writeHead(answer.status, { 'content-type': 'text/plain' }).end(answer.body);
      return;
    }
    if (area === 'upload') return handleUpload(rest[1] ?? '', incoming, response);
    if (area === 'files-pri') return handleDownload(rest[0] ?? '', incoming, response);
    sendJson(response, 404, { ok: false, error: 'not_found' });
  }

  async function handleMethod(
    method: string,
    incoming: IncomingMessage,
    response: ServerResponse,
    url: URL,
  ): Promise<void> {
    const args = await readArguments(incoming, url);
    const denied = checkToken(incoming, args);
    if (denied) return sendJson(response, 200, denied);
    const fault = faults.take(method);
    if (fault?.kind === '429') return sendRateLimited(response, fault.retryAfterSeconds ?? 1);
    if (fault?.kind === '500') return sendJson(response, 500, { ok: false, error: 'internal_error' });
    // The socket stays open without an answer until the caller gives up or the stand-in stops.
    if (fault?.kind === 'timeout-before-executing') return;
    const retryAfter = RATE_LIMITED.has(method) ? limiter.take(String(args['channel'])) : 0;
    if (retryAfter > 0) return sendRateLimited(response, retryAfter);
    const answer = await callMethod(method, args, context, backend);
    if (fault?.kind === 'timeout-after-executing') return;
    if (fault?.kind === 'invalid-json') {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":tru');
      return;
    }
    sendJson(response, 200, answer);
  }

  function checkToken(incoming: IncomingMessage, args: JsonObject): JsonObject | undefined {
    const header = incoming.headers.authorization?.replace(/^Bearer\s+/i, '');
    const token = header ?? args['token'];
    if (token === undefined || token === '') return refuse('not_authed');
    return token === botToken ? undefined : refuse('invalid_auth');
  }

  async function handleUpload(
    id: string,
    incoming: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const file = workspace.file(id);
    if (!file || file.shared || incoming.method !== 'POST') {
      return sendJson(response, 404, { ok: false, error: 'not_found' });
    }
    const content = await readUpload(incoming);
    workspace.saveFile({ ...file, size: content.byteLength }, content);
    response.writeHead(200, { 'content-type': 'text/plain' }).end(`OK - ${content.byteLength}`);
  }

  function handleDownload(id: string, incoming: IncomingMessage, response: ServerResponse): void {
    const file = workspace.file(id);
    if (!file?.shared || checkToken(incoming, {}))
      return sendJson(response, 404, { ok: false, error: 'not_found' });
    response.writeHead(200, { 'content-type': file.mimetype }).end(workspace.fileContent(id));
  }
}

async function callMethod(
  method: string,
  args: JsonObject,
  context: MethodContext,
  backend: EmulatorBackend,
): Promise<JsonObject> {
  const own = METHODS[method];
  if (own) return own(args, context);
  if (NOT_PASSED_ON.test(method) || !/^[a-zA-Z.0-9]+$/.test(method)) return refuse('unknown_method');
  const { token: _token, ...rest } = args;
  return (await backend.call(method, rest)) ?? refuse('unknown_method');
}

function sendJson(response: ServerResponse, status: number, body: JsonObject): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

function sendRateLimited(response: ServerResponse, seconds: number): void {
  response
    .writeHead(429, { 'content-type': 'application/json; charset=utf-8', 'retry-after': String(seconds) })
    .end(JSON.stringify({ ok: false, error: 'ratelimited' }));
}
