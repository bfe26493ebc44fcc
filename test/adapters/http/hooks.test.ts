import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { HookLimits } from '../../../src/adapters/http/hooks.ts';
import { endless } from '../../support/hostile.ts';
import { startHookServer } from '../../support/hook-server.ts';
import { exchange, post } from '../../support/raw-http.ts';
import { accessAt } from '../../support/webhooks.ts';
import { jsonBody, sentryIssueAlert } from '../../receive/examples.ts';

const AUTH = { Authorization: 'Bearer webhook-token', 'Content-Type': 'application/json' };
const LIMITS: HookLimits = { maxBytes: 100_000, maxMs: 10_000, maxHeldBytes: 150_000 };

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

async function server(limits?: HookLimits) {
  const started = await startHookServer(accessAt(), limits);
  ends.push(started.close);
  const send = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    fetch(`${started.url}/hooks/json`, { method: 'POST', headers: { ...AUTH, ...headers }, body });
  return { ...started, send };
}
const good = JSON.stringify(jsonBody());

describe('POST /hooks/:source', () => {
  it('takes a body, plain and as gzip', async () => {
    const { send, taken } = await server();
    const plain = await send(good);
    expect(plain.status).toBe(200);
    expect(await plain.json()).toEqual({ alerts: 1, changed: 1, duplicates: 0 });
    expect((await send(gzipSync(good), { 'Content-Encoding': 'gzip' })).status).toBe(200);
    expect(taken).toHaveLength(2);
  });

  it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'])(
    'refuses %s and says what is allowed',
    async (method) => {
      const { url } = await server();
      const answer = await fetch(`${url}/hooks/json`, { method });
      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).toBe('POST');
    },
  );

  it('asks for a retry when nothing can be committed', async () => {
    const { send, failWith } = await server();
    failWith(new Error('the database is away'));
    const answer = await send(good);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await answer.text()).not.toContain('database is away');
    failWith(null);
    expect((await send(good)).status).toBe(200);
  });

  it('tells strangers how to prove themselves, and asks for a retry where a secret is missing', async () => {
    const started = await startHookServer({
      ...accessAt(),
      secrets: { ...accessAt().secrets, SENTRY_CLIENT_SECRET: [] },
    });
    ends.push(started.close);
    const stranger = await fetch(`${started.url}/hooks/json`, { method: 'POST', body: good });
    expect(stranger.status).toBe(401);
    expect(stranger.headers.get('www-authenticate')).toMatch(/Basic realm="sitrep"/);
    const body = JSON.stringify(sentryIssueAlert);
    const sentry = await fetch(`${started.url}/hooks/sentry`, { method: 'POST', body });
    expect([sentry.status, sentry.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await sentry.json()).toMatchObject({ error: expect.stringContaining('SENTRY_CLIENT_SECRET') });
  });

  it('does not take the token from the address', async () => {
    const { url, taken } = await server();
    const answer = await fetch(`${url}/hooks/json?token=webhook-token&access_token=webhook-token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: good,
    });
    expect(answer.status).toBe(401);
    expect(taken).toEqual([]);
  });
});

describe('the limits of a body', () => {
  it('hold for what is announced, before any of it is sent', async () => {
    const { port } = await server(LIMITS);
    const head = post('/hooks/json', { ...AUTH, 'Content-Length': 100_001 });
    expect(await exchange(port, [head])).toMatchObject({ status: 413 });
  });

  it('hold for what comes in chunks, and close the connection', async () => {
    const { port, taken } = await server();
    const before = process.memoryUsage().rss;
    const { status, sent, text } = await exchange(port, endless('webhook-token', 100));
    expect(status).toBe(413);
    expect(text).toMatch(/connection: close/i);
    expect(sent).toBeLessThan(20 * 1024 * 1024);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
    expect(taken).toEqual([]);
  });

  it('hold for what unfolds', async () => {
    const { send, taken } = await server();
    const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(110_000);
    const answer = await send(bomb, { 'Content-Encoding': 'gzip' });
    expect(answer.status).toBe(413);
    expect(taken).toEqual([]);
  });

  it('tell a bomb from many alerts before it has unfolded', async () => {
    const { send } = await server();
    const gzip = { 'Content-Encoding': 'gzip' };
    expect((await send(gzipSync(Buffer.alloc(1024 * 1024)), gzip)).status).toBe(413);
    const alerts = Array.from({ length: 3000 }, (_, i) =>
      jsonBody({ fingerprint: i.toString(16).padStart(16, '0'), description: 'x'.repeat(600) }),
    );
    const answer = await send(gzipSync(JSON.stringify(alerts)), gzip);
    expect(await answer.json()).toMatchObject({ alerts: 3000 });
  });

  it.each([
    ['gzip', Buffer.from('no gzip'), 400],
    ['gzip', gzipSync(good).subarray(0, 30), 400],
    ['br', Buffer.from(good), 415],
    ['gzip, gzip', gzipSync(gzipSync(good)), 415],
  ])('refuse %s that is none', async (encoding, body, status) => {
    const { send } = await server();
    expect((await send(new Uint8Array(body), { 'Content-Encoding': encoding })).status).toBe(status);
  });

  it('hold for the time it takes, while others are served', async () => {
    const { port, send } = await server({ ...LIMITS, maxMs: 300 });
    const slow = Array.from({ length: 20 }, () =>
      exchange(port, [post('/hooks/json', { ...AUTH, 'Content-Length': 1000 }), '{']),
    );
    for (let i = 0; i < 10; i += 1) expect((await send(good)).status).toBe(200);
    for (const one of await Promise.all(slow)) expect(one.status).toBe(408);
  });

  it('answer strangers before any of their body has come', async () => {
    const { port } = await server();
    const head = post('/hooks/json', { 'Content-Type': 'application/json', 'Content-Length': 1_000_000 });
    const { status, ms } = await exchange(port, [head]);
    expect(status).toBe(401);
    expect(ms).toBeLessThan(5000);
  });
});

describe('the room for all bodies together', () => {
  const held = (port: number, bytes: number) =>
    exchange(port, [post('/hooks/json', { ...AUTH, 'Content-Length': 90_001 }), ' '.repeat(bytes)], {
      timeoutMs: 5000,
    });

  it('asks those to come again for whom there is none, and is given back', async () => {
    const { port, send } = await server({ ...LIMITS, maxMs: 1500 });
    const first = held(port, 90_000);
    const second = held(port, 90_000);
    const answers = await Promise.all([first, second]);
    // One of them found no room; the other was given up as too slow, and its room with it.
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([408, 503]));
    expect(answers.find(({ status }) => status === 503)?.text).toMatch(/retry-after: 5/i);
    expect((await send(' '.repeat(90_000) + good)).status).toBe(200);
  });

  it('is given back by those who hang up', async () => {
    const { port, send } = await server(LIMITS);
    for (let i = 0; i < 10; i += 1) {
      await exchange(port, [post('/hooks/json', { ...AUTH, 'Content-Length': 90_001 }), ' '.repeat(90_000)], {
        timeoutMs: 50,
      });
    }
    await vi.waitFor(async () => expect((await send(' '.repeat(90_000) + good)).status).toBe(200), 5000);
  });

  it('counts what unfolds as well', async () => {
    const { send } = await server({ ...LIMITS, maxHeldBytes: 50_000 });
    const body = gzipSync(' '.repeat(60_000) + good);
    expect((await send(body, { 'Content-Encoding': 'gzip' })).status).toBe(503);
    expect((await send(good)).status).toBe(200);
  });
});
