import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { flyMachines, type DoubleMachine } from './fly-machines.ts';
import { flyDocument, type FlyExchange } from './fly-document.ts';

export const FLY_APP = 'shop-web';
export const FLY_TOKEN = 'fly-token-of-this-test';

type Refusal = { status: number; error: string };

/** One request per second, action and machine, and three at once; reading goes by other limits. */
const BURST = 3;

/**
 * Fly's Machines API in memory: machines with versions and events, leases that others must respect, 409, 429 and
 * `/wait`. Its clock stands still unless it is told otherwise, and every exchange must fit Fly's own document.
 */
export async function startFly(machines: DoubleMachine[]) {
  const document = flyDocument();
  const exchanges: FlyExchange[] = [];
  const objections: string[] = [];
  const fly = flyMachines(machines);
  const tokens = new Map<string, { left: number; at: number }>();
  let fault: 'lost before' | 'lost after' | null = null;
  let nextAnswer: Refusal | null = null;

  function spend(action: string): boolean {
    const bucket = tokens.get(action) ?? { left: BURST, at: fly.now() };
    const left = Math.min(BURST, bucket.left + (fly.now() - bucket.at) / 1000);
    tokens.set(action, { left: left < 1 ? left : left - 1, at: fly.now() });
    return left >= 1;
  }

  function answer(
    method: string,
    path: string,
    query: URLSearchParams,
    nonce: string | undefined,
    body: any,
  ) {
    const [, app, id, action = ''] =
      /^\/v1\/apps\/([^/]+)\/machines(?:\/([^/]+)(?:\/(\w+))?)?$/.exec(path) ?? [];
    if (app !== FLY_APP) return refuse(404, `app ${app} not found`);
    if (nextAnswer) {
      const { status, error } = nextAnswer;
      nextAnswer = null;
      return refuse(status, error);
    }
    if (id === undefined) return { status: 200, answer: fly.list() };
    if (!fly.has(id)) return refuse(404, `machine ${id} not found`);
    if (method !== 'GET' && !spend(`${method} ${action} ${id}`)) return refuse(429, 'rate limit exceeded');
    return fly.answer({ method, id, action, query, nonce, body });
  }

  const server = createServer(async (req, res) => {
    const url = new URL(req.url ?? '/', 'http://fly.test');
    const body = await bodyOf(req);
    const nonce = req.headersDistinct['fly-machine-lease-nonce']?.[0];
    const method = req.method ?? 'GET';
    const isWrite = method === 'POST' && !url.pathname.endsWith('/lease');
    const how = isWrite ? fault : null;
    if (isWrite) fault = null;
    if (how === 'lost before') return void req.socket.destroy();
    const given =
      req.headers.authorization === `Bearer ${FLY_TOKEN}`
        ? answer(method, url.pathname, url.searchParams, nonce, body)
        : refuse(401, 'unauthorized');
    const exchange = {
      method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      nonce,
      body,
      ...given,
    };
    exchanges.push(exchange);
    objections.push(...document.objections(exchange).map((one) => `${method} ${url.pathname}: ${one}`));
    if (how === 'lost after') return void req.socket.destroy();
    const headers = {
      'content-type': 'application/json',
      ...(given.status === 429 ? { 'retry-after': '1' } : {}),
    };
    res.writeHead(given.status, headers).end(given.answer === undefined ? '' : JSON.stringify(given.answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });

  return {
    ...fly,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    /** What of all exchanges does not fit Fly's document. */
    objections,
    /** The next request that writes to a machine is carried out (or not), and its connection breaks. */
    breakNextWrite: (kind: 'lost before' | 'lost after') => void (fault = kind),
    refuseNext: (status: number, error: string) => void (nextAnswer = { status, error }),
    /** What was done to machines, leases apart: `POST restart 148e…`. */
    done: () =>
      exchanges
        .filter((one) => one.method === 'POST' && one.status === 200)
        .map((one) => one.path.split('/').slice(5).toReversed().join(' ')),
  };
}

export function refuse(status: number, error: string): { status: number; answer: unknown } {
  return { status, answer: { error } };
}

async function bodyOf(req: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? undefined : JSON.parse(text);
}
