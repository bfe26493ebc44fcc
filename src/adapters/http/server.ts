import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer } from './answer.ts';

export type Routes = {
  /** Null where this process takes no webhooks. */
  hook: ((request: IncomingMessage, response: ServerResponse, source: string) => Promise<void>) | null;
  /** People in a terminal of the same machine. */
  terminal: ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | null;
  slack: ((request: IncomingMessage, response: ServerResponse) => void) | null;
  /** What is down, in plain words; empty when ready. */
  readiness: () => Promise<string[]>;
  metrics: () => Promise<{ contentType: string; text: string }>;
  /** Pages for this machine: the local console, or where people decide while Slack is down. */
  console: ((request: IncomingMessage, response: ServerResponse) => void | Promise<void>) | null;
};

export type HttpServer = {
  url: string;
  port: number;
  /** Begins to serve; until then every request is answered 503. */
  serve(routes: Routes): void;
  /** Answers every further request 503, so that its sender turns to another process or comes again. */
  refuse(): void;
  close(): Promise<void>;
};

/**
 * The one server: webhooks, Slack, health, metrics and the local console. It takes its port at once, so
 * that a busy one is told before anything slow begins. Rejects with a plain sentence where the port
 * cannot be had.
 */
export async function listen(address: { host: string; port: number }): Promise<HttpServer> {
  let routes: Routes | null = null;
  let state = 'starting';
  // Slow senders must not hold connections open for ever, and are looked for more often than by default.
  const server = createServer({ connectionsCheckingInterval: 2000 }, (request, response) => {
    if (!routes) {
      response.setHeader('Retry-After', '2');
      response.setHeader('Connection', 'close');
      return answer(response, 503, { error: `Sitrep is ${state}`, fix: 'Try again in some seconds.' });
    }
    route(routes, request, response).catch((error: unknown) => {
      if (!response.headersSent)
        answer(response, 500, { error: 'an internal error', fix: 'See the log of Sitrep.' });
      else response.destroy(error instanceof Error ? error : undefined);
    });
  });
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  await bind(server, address);
  const { port } = server.address() as AddressInfo;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return {
    url: `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`,
    port,
    serve(all) {
      routes = all;
    },
    refuse() {
      routes = null;
      state = 'stopping';
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        // Event streams of the console never end by themselves.
        setTimeout(() => server.closeAllConnections(), 2000).unref();
      }),
  };
}

async function route(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const source = /^\/hooks\/([a-z0-9-]{1,40})$/.exec(path)?.[1];
  if (source && routes.hook) return routes.hook(request, response, source);
  if (path === '/healthz') return answer(response, 200, { status: 'ok' });
  if (path === '/readyz') {
    const down = await routes.readiness();
    return answer(response, down.length === 0 ? 200 : 503, {
      status: down.length === 0 ? 'ready' : 'not ready',
      down,
    });
  }
  if (path === '/metrics') {
    const { contentType, text } = await routes.metrics();
    response.writeHead(200, { 'Content-Type': contentType }).end(text);
    return;
  }
  if (path === '/terminal' && routes.terminal) return routes.terminal(request, response);
  if (path === '/slack/events' && routes.slack) return routes.slack(request, response);
  if (routes.console && !path.startsWith('/hooks')) return routes.console(request, response);
  return answer(response, 404, {
    error: `there is nothing at ${path}`,
    fix: 'Alerts go to /hooks/ and their source (docs/sources.md), Slack to /slack/events; health is at /healthz, /readyz and /metrics.',
  });
}

function bind(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? `Port ${port} on ${host} is in use. Stop what uses it, or set PORT to another one (PORT=0 takes any).`
          : error.code === 'EACCES'
            ? `Port ${port} may not be opened by this user. Set PORT to one above 1023.`
            : `Cannot listen on ${host}:${port}: ${error.message}. Check HOST and PORT.`;
      reject(new Error(why));
    });
    server.listen(port, host, () => resolve());
  });
}
