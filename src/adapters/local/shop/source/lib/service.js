import { createServer } from 'node:http';
import { HttpError } from './http-error.js';
import { logError } from './log.js';
import { serviceMetrics } from './metrics.js';
import { matchRoute } from './routes.js';

/** Serves the routes on PORT, with /healthz and /metrics, until SIGTERM. */
export function startService({ name, routes }) {
  const metrics = serviceMetrics(name);

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://service');
    if (pathname === '/healthz') return send(response, 200, { status: 'ok' });
    if (pathname === '/metrics') {
      response.setHeader('Content-Type', metrics.contentType);
      return response.end(await metrics.text());
    }
    const started = performance.now();
    let route = 'unknown';
    let status = 200;
    try {
      const found = matchRoute(routes, request.method, pathname);
      if (!found) throw new HttpError(404, 'No such page.');
      route = found.route.path;
      const body = await readJson(request);
      if (response.destroyed) throw new HttpError(499, 'The caller has hung up.');
      send(response, 200, await found.route.handle({ params: found.params, query: searchParams, body }));
    } catch (error) {
      status = error.status ?? 500;
      if (status >= 500) logError(name, error.message, { status });
      send(response, status, { error: error.message });
    } finally {
      metrics.observe(route, status, (performance.now() - started) / 1000);
    }
  });

  server.listen(Number(process.env.PORT), process.env.HOST ?? '127.0.0.1');
  process.on('SIGTERM', () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });
}

function send(response, status, body) {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function readJson(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text === '' ? undefined : JSON.parse(text);
}
