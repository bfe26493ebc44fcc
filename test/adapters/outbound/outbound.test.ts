import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { Socket, type AddressInfo } from 'node:net';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { reachOf } from '../../../src/adapters/outbound/addresses.ts';
import { createOutbound } from '../../../src/adapters/outbound/outbound.ts';
import { inwardHosts } from '../../support/inward-addresses.ts';

const connect = vi.spyOn(Socket.prototype, 'connect');
beforeEach(() => {
  connect.mockClear();
});

/** An HTTP server on loopback, which tells what came. */
async function server(answer: RequestListener) {
  const asked: string[] = [];
  const http = createServer((request, response) => {
    asked.push(`${request.method} ${request.headers.host}${request.url}`);
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => {
    http.close();
    http.closeAllConnections();
  });
  return { port: (http.address() as AddressInfo).port, asked };
}

const open = (origin: string, allowPrivate = false) => [{ origin, allowPrivate }];

/** The origin as the URL parser writes it, or the text where it is none. */
const originOf = (url: string) => (URL.canParse(url) ? new URL(url).origin : url);

test('there are as many spellings as it takes', () => {
  expect(new Set(inwardHosts).size).toBe(inwardHosts.length);
  expect(inwardHosts.length).toBeGreaterThanOrEqual(150);
});

test.each(inwardHosts)('%s is not connected to, although the configuration names it', async (host) => {
  for (const scheme of ['http', 'https']) {
    const url = `${scheme}://${host}/latest/meta-data`;
    const outbound = createOutbound({
      allow: open(originOf(url)),
      // A name that leads nowhere else; only its form can give it away.
      resolve: () => Promise.resolve(['93.184.216.34']),
    });
    await expect(outbound.fetch(url)).rejects.toMatchObject({ name: 'OutboundError', outcome: 'refused' });
  }
  expect(connect).not.toHaveBeenCalled();
});

test.each(inwardHosts.filter((host) => host.startsWith('[') || /^[\d.]+\d$/.test(host)))(
  'a public name that resolves to %s is not connected to, and neither is one that resolves there too',
  async (host) => {
    const address = new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '');
    for (const found of [[address], ['93.184.216.34', address]]) {
      const outbound = createOutbound({
        allow: open('https://hooks.example.com'),
        resolve: () => Promise.resolve(found),
      });
      await expect(outbound.fetch('https://hooks.example.com/')).rejects.toThrow(/leads to/);
    }
    expect(connect).not.toHaveBeenCalled();
  },
);

test.each([
  '169.254.169.254',
  '0.0.0.0',
  '[fe80::1]',
  '[::ffff:127.0.0.1]',
  '[fd00:ec2::254]',
  '100.100.100.200',
])('%s stays closed even where private networks are allowed', async (host) => {
  const origin = new URL(`http://${host}`).origin;
  const outbound = createOutbound({ allow: open(origin, true) });
  await expect(outbound.fetch(`${origin}/`)).rejects.toThrow(/never connected to/);
  expect(connect).not.toHaveBeenCalled();
});

test('what is public is not taken for private', () => {
  for (const address of [
    '1.1.1.1',
    '8.8.8.8',
    '100.63.255.255',
    '100.128.0.1',
    '172.15.0.1',
    '172.32.0.1',
    '192.169.0.1',
  ])
    expect(reachOf(address), address).toBe('public');
  for (const address of [
    '2606:4700::1111',
    '2a00:1450:4001::200e',
    '2001:4860:4860::8888',
    '2400::1',
    '2001:200::1',
  ])
    expect(reachOf(address), address).toBe('public');
});

test.each(['10.0.0.1 ', 'fe80::1%eth0', '::1%lo', '127.1', '', 'localhost', '1.2.3', '0x7f000001'])(
  'a resolver that answers “%s” is not believed',
  async (found) => {
    const outbound = createOutbound({
      allow: open('https://hooks.example.com', true),
      resolve: () => Promise.resolve([found]),
    });
    await expect(outbound.fetch('https://hooks.example.com/')).rejects.toThrow(/never connected to/);
    expect(connect).not.toHaveBeenCalled();
  },
);

test('a name is resolved once and the connection goes to what was judged, whatever it leads to later', async () => {
  const judged = await server((_request, response) => response.end('judged'));
  const answers = [['127.0.0.1'], ['169.254.169.254']];
  const resolve = vi.fn(() => Promise.resolve(answers.shift() ?? []));
  const origin = `http://rebinding.example.com:${judged.port}`;
  const outbound = createOutbound({ allow: open(origin, true), resolve });
  const response = await outbound.fetch(`${origin}/a?b=c`);
  expect(await response.text()).toBe('judged');
  expect(resolve).toHaveBeenCalledTimes(1);
  expect(judged.asked).toEqual([`GET rebinding.example.com:${judged.port}/a?b=c`]);
  // The next request asks again, and is judged again.
  await expect(outbound.fetch(`${origin}/`)).rejects.toThrow(/169\.254\.169\.254, which is never/);
  expect(connect).toHaveBeenCalledTimes(1);
});

test.each([
  'https://other.example.com/',
  'http://hooks.example.com/',
  'https://hooks.example.com:8443/',
  'https://hooks.example.com./',
  'https://hooks.example.com.evil.example/',
  'https://evil.example/#https://hooks.example.com/',
  'https://hooks.example.com@evil.example/',
  'https://evil.example\\@hooks.example.com/',
  'https://user:word@hooks.example.com/',
  'file:///etc/passwd',
  'ftp://hooks.example.com/',
  'unix:/run/docker.sock',
  'gopher://hooks.example.com/',
  '//hooks.example.com/',
  'hooks.example.com',
  'https://',
])('%s is not asked, as only https://hooks.example.com is configured', async (url) => {
  const resolve = vi.fn(() => Promise.resolve(['93.184.216.34']));
  const outbound = createOutbound({ allow: open('https://hooks.example.com'), resolve });
  await expect(outbound.fetch(url)).rejects.toMatchObject({ outcome: 'refused' });
  expect(resolve).not.toHaveBeenCalled();
  expect(connect).not.toHaveBeenCalled();
});

test.each([301, 302, 303, 307, 308])('a redirect with %s is handed over and not followed', async (status) => {
  const inner = await server((_request, response) => response.end('inner'));
  const outer = await server((_request, response) =>
    response.writeHead(status, { location: `http://127.0.0.1:${inner.port}/` }).end(),
  );
  const origin = `http://127.0.0.1:${outer.port}`;
  const outbound = createOutbound({
    allow: [...open(origin, true), ...open(`http://127.0.0.1:${inner.port}`, true)],
  });
  const response = await outbound.fetch(`${origin}/`);
  expect(response.status).toBe(status);
  expect(inner.asked).toEqual([]);
});

test('another Host header is refused', async () => {
  const { port, asked } = await server((_request, response) => response.end());
  const origin = `http://127.0.0.1:${port}`;
  const outbound = createOutbound({ allow: open(origin, true) });
  await expect(outbound.fetch(`${origin}/`, { headers: { HOST: 'inner' } })).rejects.toThrow(/Host header/);
  expect(asked).toEqual([]);
});

test('a request carries its method, headers and body', async () => {
  const { port } = await server((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () =>
      response.writeHead(201, { 'x-seen': request.headers['x-key'] }).end(`${request.method} ${text}`),
    );
  });
  const origin = `http://127.0.0.1:${port}`;
  const outbound = createOutbound({ allow: open(origin, true) });
  const response = await outbound.fetch(`${origin}/`, {
    method: 'PUT',
    headers: { 'x-key': 'k' },
    body: 'grün',
  });
  expect([response.status, response.headers.get('x-seen'), await response.text()]).toEqual([
    201,
    'k',
    'PUT grün',
  ]);
});

test('an answer that is too large is cut off', async () => {
  const { port } = await server((_request, response) => {
    const more = () =>
      void (response.write('x'.repeat(10_000)) ? setImmediate(more) : response.once('drain', more));
    more();
  });
  const origin = `http://127.0.0.1:${port}`;
  const outbound = createOutbound({ allow: open(origin, true), maxBytes: 100_000 });
  const response = await outbound.fetch(`${origin}/`);
  await expect(response.text()).rejects.toThrow(/larger than 100000 bytes/);
});

test('an answer that never ends, a server that never answers and a name that never resolves take their time and no more', async () => {
  const drip = await server((_request, response) => void response.write('x'));
  const silent = await server(() => undefined);
  const dripping = `http://127.0.0.1:${drip.port}`;
  const still = `http://127.0.0.1:${silent.port}`;
  const lost = 'https://lost.example.com';
  const outbound = createOutbound({
    allow: [...open(dripping, true), ...open(still, true), ...open(lost)],
    resolve: () => new Promise(() => undefined),
    timeoutMs: 300,
  });
  const response = await outbound.fetch(`${dripping}/`);
  await expect(response.text()).rejects.toThrow(/broke off: it took too long/);
  // The request is out, so it may have been carried out.
  await expect(outbound.fetch(`${still}/`)).rejects.toMatchObject({ outcome: 'unknown' });
  await expect(outbound.fetch(`${lost}/`)).rejects.toMatchObject({
    outcome: 'refused',
    message: /took too long/,
  });
});

test('a port that nobody listens on is a refusal: nothing was sent', async () => {
  const { port } = await server((_request, response) => response.end());
  const origin = `http://127.0.0.1:${port === 1 ? 2 : 1}`;
  const outbound = createOutbound({ allow: open(origin, true) });
  await expect(outbound.fetch(`${origin}/`, { method: 'POST' })).rejects.toMatchObject({
    outcome: 'refused',
    message: /ECONNREFUSED/,
  });
});
