import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refusal, type ApiAnswer, type ApiRequest } from './exchange.ts';
import { messageOf } from '../../../incident/text.ts';

const MOST_BODY_BYTES = 10_000_000;

/** A request with the token it carries, if any. */
type IncomingApiRequest = ApiRequest & { token: string | undefined };

/** Answers 503 until `serve` gives it something to answer with. */
export type Listener = {
  url: string;
  serve(handle: (request: IncomingApiRequest) => Promise<ApiAnswer>): void;
  close(): Promise<void>;
};

/** Listens on loopback; `port` 0 is any free one. */
export async function listen(port: number): Promise<Listener> {
  let handle: (request: IncomingApiRequest) => Promise<ApiAnswer> = async () =>
    refusal(503, 'Starting; try again in a second.');
  const server = createServer((request, response) => {
    respond(request, response, (made) => handle(made)).catch((error: unknown) => {
      // The emulator behind us is gone, or the caller is: there is nobody to tell but the caller.
      send(response, refusal(502, messageOf(error)));
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (next) => {
      handle = next;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  handle: (request: IncomingApiRequest) => Promise<ApiAnswer>,
): Promise<void> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BODY_BYTES) return send(response, refusal(413, 'The body is larger than 10 MB.'));
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  let body: unknown;
  try {
    body = text === '' ? undefined : JSON.parse(text);
  } catch {
    return send(response, refusal(400, 'Problems parsing JSON'));
  }
  const [, token] = /^(?:token|bearer) (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
  const url = new URL(request.url ?? '/', 'http://github');
  send(response, await handle({ method: request.method ?? 'GET', url, body, at: new Date(), token }));
}

function send(response: ServerResponse, { status, headers, body }: ApiAnswer): void {
  if (response.headersSent || response.destroyed) return;
  if (status === 204) {
    response.writeHead(204, headers).end();
    return;
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(text);
}
