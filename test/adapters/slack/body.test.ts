import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { readBody } from '../../../src/adapters/slack/body.ts';

const came = (...chunks: string[]) => {
  const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  return stream as unknown as IncomingMessage;
};

it('is read whole up to its limit', async () => {
  expect(await readBody(came('ab', 'c'), 3)).toEqual(Buffer.from('abc'));
  expect(await readBody(came(), 3)).toEqual(Buffer.alloc(0));
});

it('is not kept beyond its limit, and the connection stays for the refusal', async () => {
  const request = came('ab', 'cd', 'ef');
  expect(await readBody(request, 3)).toBe('too large');
  expect(request.destroyed).toBe(false);
});
