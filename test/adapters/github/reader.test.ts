import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { githubReader } from '../../../src/adapters/github/reader.ts';

type Answer = { status: number; headers?: Record<string, string>; body?: unknown };

/** A GitHub that gives these answers in turn, a reader with a clock of its own, and how long that one slept. */
async function readerOf(answers: Answer[]) {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers['if-none-match']);
    const { status, headers = {}, body = {} } = answers.shift() ?? { status: 500 };
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(status === 304 ? undefined : JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  let time = Date.UTC(2026, 0, 1);
  const slept: number[] = [];
  const stopping = new AbortController();
  const reader = githubReader({
    token: 'x',
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    userAgent: 'sitrep-test',
    now: () => new Date(time),
    sleep: async (ms) => {
      slept.push(ms);
      time += ms;
    },
    signal: stopping.signal,
  });
  const inSeconds = (seconds: number) => String(time / 1000 + seconds);
  return { reader, slept, asked, inSeconds, stopping, answers };
}

test('it asks by the mark of last time, and says when nothing has changed', async () => {
  const { reader, asked } = await readerOf([
    { status: 200, headers: { etag: 'W/"a"' }, body: [1] },
    { status: 304 },
  ]);
  expect(await reader.get('/x')).toEqual({ kind: 'page', data: [1], etag: 'W/"a"' });
  expect(await reader.get('/x', {}, 'W/"a"')).toEqual({ kind: 'unchanged' });
  expect(asked).toEqual([undefined, 'W/"a"']);
});

test('it leaves a tenth of the allowance to others and waits for the reset', async () => {
  const one = await readerOf([]);
  const headers = {
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '500',
    'x-ratelimit-reset': one.inSeconds(90),
  };
  one.answers.push({ status: 200, headers }, { status: 200 });
  await one.reader.get('/x');
  expect(one.slept).toEqual([]);
  expect(one.reader.remaining()).toBe(500);
  await one.reader.get('/x');
  expect(one.slept).toEqual([90_000]);
});

test.each([
  ['Retry-After', { status: 403, headers: { 'retry-after': '120' } }, 120_000],
  [
    'a secondary limit without a time',
    { status: 403, body: { message: 'You have exceeded a secondary rate limit.' } },
    60_000,
  ],
])('it waits out %s and then asks again', async (_, refused, ms) => {
  const { reader, slept } = await readerOf([refused, { status: 200, body: 'there' }]);
  expect(await reader.get('/x')).toMatchObject({ data: 'there' });
  expect(slept).toEqual([ms]);
});

test('what is forbidden is not waited for, and a stopped reader asks nothing more', async () => {
  const { reader, slept, stopping, asked } = await readerOf([
    { status: 403, body: { message: 'Resource not accessible by personal access token' } },
  ]);
  await expect(reader.get('/x')).rejects.toMatchObject({ kind: 'forbidden' });
  stopping.abort();
  await expect(reader.get('/x')).rejects.toThrow('stopped');
  expect(slept).toEqual([]);
  expect(asked).toHaveLength(1);
});
