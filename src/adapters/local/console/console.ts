import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readBody } from '../slack/request-body.ts';
import type { SlackStandIn } from '../slack/stand-in.ts';
import type { JsonObject, Log, Person } from '../slack/types.ts';
import { runAction } from './actions.ts';
import { loadAssets } from './assets.ts';
import { fileViewHtml } from './file-html.ts';
import { refusalFor } from './guard.ts';
import type { Html } from './html.ts';
import { streamChanges } from './live.ts';
import { namesOf } from './messages-html.ts';
import { channelHtml, pageHtml, threadHtml } from './page.ts';
import type { ShopControl } from './shop-html.ts';
import { createShopMonitor } from './shop-monitor.ts';
import { homeHtml, modalHtml } from './view-html.ts';
import { messageOf } from '../../../incident/text.ts';

export interface ConsoleOptions {
  slack: SlackStandIn;
  /** The demo shop; without it the console shows no health panel. */
  shop?: ShopControl;
  log: Log;
}

export interface LocalConsole {
  /** Where the console listens, on loopback only. */
  url: string;
  /** The same console for mounting at `/` and `/console/*` of another server. */
  handler: (request: IncomingMessage, response: ServerResponse) => void;
  stop(): Promise<void>;
}

const SECURITY_HEADERS = {
  // Nothing is fetched from anywhere else, so messages with images or links cannot call home either.
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** Starts the console on a free loopback port. */
export async function startConsole({ slack, shop, log }: ConsoleOptions): Promise<LocalConsole> {
  const token = randomBytes(24).toString('base64url');
  const monitor = shop && createShopMonitor(shop, log);
  const assets = loadAssets();

  const handler = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response).catch((error: unknown) => {
      log.warn({ err: error, url: request.url }, 'The console could not answer');
      if (!response.headersSent)
        sendJson(response, 500, { error: 'The console could not answer; see the log.' });
      else response.end();
    });
  };
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    handler,
    async stop() {
      monitor?.stop();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    const refusal = refusalFor(request, token);
    if (refusal) return sendJson(response, 403, { error: refusal });
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const path = url.pathname;
    if (request.method === 'POST') return handleAction(path, request, response);
    if (request.method !== 'GET') return sendJson(response, 405, { error: 'Use GET or POST.' });

    const asset = assets.get(path);
    if (asset) return send(response, 200, asset.type, asset.content);
    const person = personOf(url.searchParams.get('as'));
    const names = namesOf(slack);
    const fragment = (content: Html): void => send(response, 200, 'text/html; charset=utf-8', content.markup);
    switch (path) {
      case '/':
      case '/console':
      case '/console/':
        return fragment(
          pageHtml({ slack, person, token, hasShop: shop !== undefined, shop: monitor?.latest() }),
        );
      case '/console/live':
        return streamChanges(request, response, person.id, slack, monitor);
      case '/console/channel':
        return fragment(channelHtml(slack, person.id));
      case '/console/thread':
        return fragment(threadHtml(slack, person.id, url.searchParams.get('ts') ?? ''));
      case '/console/home':
        return fragment(homeHtml(slack.workspace.home(person.id), names));
      case '/console/modal':
        return fragment(modalHtml(slack.workspace.modals(person.id).at(-1), names));
      default:
        return handleFile(path, response);
    }
  }

  function handleFile(path: string, response: ServerResponse): void {
    const [, , kind, id = ''] = path.split('/');
    const file = slack.workspace.file(id);
    if (!file?.shared || (kind !== 'file' && kind !== 'download')) {
      return sendJson(response, 404, { error: 'There is nothing here. The console is at /.' });
    }
    if (kind === 'file')
      return send(response, 200, 'text/html; charset=utf-8', fileViewHtml(file, slack).markup);
    response.setHeader('content-disposition', 'attachment');
    return send(response, 200, 'application/octet-stream', slack.workspace.fileContent(id));
  }

  async function handleAction(
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (!request.headers['content-type']?.startsWith('application/json')) {
      return sendJson(response, 415, { error: 'Send application/json.' });
    }
    try {
      const input: unknown = JSON.parse((await readBody(request)).toString('utf8'));
      const answer = await runAction(path.replace('/console/', ''), input, slack, shop);
      return answer
        ? sendJson(response, 200, answer)
        : sendJson(response, 404, { error: 'There is no such action.' });
    } catch (error) {
      // Whatever is thrown here is about what the page sent or what has vanished meanwhile; the page shows it.
      return sendJson(response, 400, { error: messageOf(error) });
    }
  }

  function personOf(id: string | null): Person {
    const person = slack.people.find((candidate) => candidate.id === id) ?? slack.people[0];
    if (!person)
      throw new Error('The local workspace has no people. Start the Slack stand-in with at least one.');
    return person;
  }
}

function send(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}

function sendJson(response: ServerResponse, status: number, body: JsonObject): void {
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(body));
}
