import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openEmbeddings } from '../../../src/adapters/openai/embeddings.ts';

let server: Server;
let asked: { model: string; input: string[]; encoding_format: string }[];
let answer: (input: string[]) => unknown;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const read = JSON.parse(body) as (typeof asked)[number];
    asked.push(read);
    const said = answer(read.input);
    if (said === undefined) return;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(said));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked = [];
  answer = (input) => ({
    data: input.map((text, index) => ({ index, embedding: [text.length, 1] })).toReversed(),
  });
});

function embed(texts: string[], timeoutMs = 10_000) {
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return openEmbeddings({ apiKey: 'none', baseUrl, model: 'small', timeoutMs })(texts);
}

test('asks for floats and gives the vectors in the order of the texts', async () => {
  expect(await embed(['a', 'bbb', ''])).toEqual([
    [1, 1],
    [3, 1],
    [1, 1],
  ]);
  expect(asked).toEqual([expect.objectContaining({ model: 'small', encoding_format: 'float' })]);
});

test('sends no secret and no more than a model takes', async () => {
  await embed(['token xoxb-1234567890-abcdef', 'x'.repeat(100_000)]);
  expect(JSON.stringify(asked)).not.toContain('xoxb');
  expect(asked[0]?.input[1]?.length).toBeLessThanOrEqual(6000);
});

test.each([
  [
    'vectors of unlike length',
    (input: string[]) => ({
      data: input.map((_, index) => ({ index, embedding: Array(index + 1).fill(1) })),
    }),
  ],
  ['too few vectors', () => ({ data: [{ index: 0, embedding: [1] }] })],
  [
    'base64 all the same',
    (input: string[]) => ({ data: input.map((_, index) => ({ index, embedding: 'AACAPwAAAEA=' })) }),
  ],
  ['something else', () => ({ message: 'hello' })],
])('refuses %s', async (_, wrong) => {
  answer = wrong;
  await expect(embed(['a', 'b'])).rejects.toThrow(/embedding server/);
});

test('gives up on a server that does not answer', async () => {
  answer = () => undefined;
  await expect(embed(['a'], 50)).rejects.toThrow();
});
