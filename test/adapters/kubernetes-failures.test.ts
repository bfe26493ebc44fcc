import { once } from 'node:events';
import { createServer as createTcpServer } from 'node:net';
import { createServer, type RequestListener } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { kubernetesClient } from '../../src/adapters/kubernetes/client.ts';

/** What a caller may conclude from a write that failed: the executor's "unknown" state hangs on it. */

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

const write = (url: string) =>
  kubernetesClient({ url, token: 'secret-token', timeoutMs: 300 }).patchScale(
    'shop',
    'web',
    { spec: { replicas: 2 } },
    { contentType: 'application/merge-patch+json' },
  );

test('nobody listens: refused, for nothing can have been sent', async () => {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  await expect(write(`http://127.0.0.1:${address.port}`)).rejects.toMatchObject({
    code: 0,
    outcome: 'refused',
    reason: 'ConnectionLost',
  });
});

test('no answer in time: unknown, and the message says to read first', async () => {
  const url = await serve(() => undefined);
  await expect(write(url)).rejects.toMatchObject({
    code: 0,
    outcome: 'unknown',
    reason: 'Timeout',
    message: expect.stringContaining('may have been carried out'),
  });
});

test('the connection breaks before or in the middle of the answer: unknown', async () => {
  const before = await serve((req) => req.socket.destroy());
  await expect(write(before)).rejects.toMatchObject({
    code: 0,
    outcome: 'unknown',
    reason: 'ConnectionLost',
  });
  const within = await serve((req, res) => {
    res.writeHead(200, { 'content-length': 1_000 });
    res.write('{"kind":', () => req.socket.destroy());
  });
  await expect(write(within)).rejects.toMatchObject({ code: 0, outcome: 'unknown' });
});

test.each([
  [400, 'refused'],
  [403, 'refused'],
  [409, 'refused'],
  [422, 'refused'],
  [429, 'refused'],
  [500, 'unknown'],
  [504, 'unknown'],
])('HTTP %i: %s', async (code, outcome) => {
  const url = await serve((_req, res) => {
    res.writeHead(code, { 'content-type': 'application/json' });
    res.end(JSON.stringify({ kind: 'Status', message: 'so it is', reason: 'SomeReason' }));
  });
  await expect(write(url)).rejects.toMatchObject({
    code,
    outcome,
    reason: 'SomeReason',
    message: expect.stringContaining('so it is'),
  });
});

test('a page that is no Status does not get into the message', async () => {
  const url = await serve((_req, res) => res.writeHead(502).end('<html>secret internals</html>'));
  await expect(write(url)).rejects.toMatchObject({
    code: 502,
    message: 'Kubernetes answered 502',
    outcome: 'unknown',
  });
});

test('a success that cannot be read is unknown, not refused', async () => {
  const url = await serve((_req, res) => res.end('{"kind":"Surprise"}'));
  await expect(write(url)).rejects.toMatchObject({ outcome: 'unknown', reason: 'UnexpectedAnswer' });
});

test.each(['../secrets', 'a/b', 'web?x=1', '', 'WEB'])(
  '%j is no name and reaches no server',
  async (name) => {
    const paths: string[] = [];
    const url = await serve((req, res) => {
      paths.push(req.url ?? '');
      res.end('{}');
    });
    const client = kubernetesClient({ url, token: 'secret-token', timeoutMs: 300 });
    await expect(client.getDeployment('shop', name)).rejects.toMatchObject({
      reason: 'InvalidName',
      outcome: 'refused',
    });
    await expect(client.getDeployment(name, 'web')).rejects.toMatchObject({
      reason: 'InvalidName',
      outcome: 'refused',
    });
    expect(paths).toEqual([]);
  },
);

test('the token stays out of errors', async () => {
  const url = await serve((_req, res) => res.writeHead(401).end('{}'));
  const error: unknown = await write(url).catch((caught: unknown) => caught);
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret-token');
});
