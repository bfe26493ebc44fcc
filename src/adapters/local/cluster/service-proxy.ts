import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';

/**
 * The stable address of a deployment: an HTTP proxy on loopback that hands each request to the next ready pod.
 * Balancing by request rather than by connection lets callers that keep connections open notice a rollout.
 */
export type ServiceProxy = { port: number; close(): Promise<void> };

/**
 * Listens at `wantedPort` if it is free, else at any port. `pods` gives the ports of the pods that are ready now.
 */
export async function startServiceProxy(options: {
  name: string;
  wantedPort: number;
  pods: () => number[];
}): Promise<ServiceProxy> {
  let turn = 0;
  const server = createServer((req, res) => {
    const ports = options.pods();
    const port = ports[turn % Math.max(1, ports.length)];
    turn += 1;
    if (port === undefined) return refuse(res, 503, `no pod of ${options.name} is ready`);
    forward(req, res, port, options.name);
  });
  await listen(server, options.wantedPort);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the service proxy has no port');
  return {
    port: address.port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function forward(req: IncomingMessage, res: ServerResponse, port: number, name: string): void {
  const { connection: _connection, ...headers } = req.headers;
  // No kept connections to pods: a pod that ends would break the one that is picked up next.
  const upstream = request({
    host: '127.0.0.1',
    port,
    path: req.url,
    method: req.method,
    headers,
    agent: false,
  });
  upstream.on('response', (answer) => {
    const { connection: _hop, 'keep-alive': _keep, 'transfer-encoding': _encoding, ...rest } = answer.headers;
    res.writeHead(answer.statusCode ?? 502, rest);
    answer.pipe(res);
    answer.on('error', () => res.destroy());
  });
  upstream.on('error', (error) => refuse(res, 502, `${name}: ${error.message}`));
  req.on('error', () => upstream.destroy());
  // A caller that gave up must not keep the pod working for nobody.
  res.on('close', () => upstream.destroy());
  req.pipe(upstream);
}

function refuse(res: ServerResponse, code: number, message: string): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  res.writeHead(code, { 'content-type': 'application/json' });
  res.end(JSON.stringify({ error: message }));
}

async function listen(server: Server, port: number): Promise<void> {
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    if (port === 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
}
