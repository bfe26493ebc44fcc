import { expect, test, vi } from 'vitest';
import { retryOnce } from '../../../src/adapters/openai/retry.ts';

const answer = (status: number, headers: Record<string, string> = {}) =>
  new Response(null, { status, headers });

test.each([
  ['a server’s own error', () => Promise.resolve(answer(503, { 'retry-after': '0' }))],
  ['a passing limit', () => Promise.resolve(answer(429, { 'retry-after': '0' }))],
])('%s is tried a second time, not a third', async (_, first) => {
  const send = vi.fn(first);
  expect((await retryOnce(send)('http://127.0.0.1')).status).toBeGreaterThanOrEqual(429);
  expect(send).toHaveBeenCalledTimes(2);
});

test.each([
  ['a good answer', answer(200)],
  ['a refusal', answer(400)],
  ['a limit that lasts', answer(429, { 'retry-after': '60' })],
  ['a limit that ends at a date', answer(429, { 'retry-after': 'Wed, 01 Jan 2031 00:00:00 GMT' })],
])('%s is final', async (_, response) => {
  const send = vi.fn(() => Promise.resolve(response));
  expect(await retryOnce(send)('http://127.0.0.1')).toBe(response);
  expect(send).toHaveBeenCalledTimes(1);
});

test('an abort ends the waiting, too', async () => {
  const ended = new AbortController();
  const send = vi.fn(() => {
    queueMicrotask(() => ended.abort());
    return Promise.resolve(answer(500));
  });
  await expect(retryOnce(send)('http://127.0.0.1', { signal: ended.signal })).rejects.toThrow('aborted');
  expect(send).toHaveBeenCalledTimes(1);
});
