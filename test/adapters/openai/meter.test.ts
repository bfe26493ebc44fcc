import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openMeter } from '../../../src/adapters/openai/meter.ts';

const BODY = JSON.stringify({ messages: [{ role: 'user', content: 'why?' }] });
const limits = { tokens: 10_000, calls: 2, outputTokens: 100 };

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('an answer without end is given up, and counted in full', async () => {
  const url = await serve((_, response) => {
    const more = () =>
      void (response.write('x'.repeat(100_000)) ? setImmediate(more) : response.once('drain', more));
    more();
  });
  const meter = openMeter({ model: 'm', limits, onExhausted: vi.fn() });
  await expect(meter.fetch(url, { method: 'POST', body: BODY })).rejects.toThrow('too long');
  expect(meter.calls()).toEqual([expect.objectContaining({ answer: '(no answer)' })]);
  expect(meter.calls()[0]?.tokens).toBeGreaterThan(100);
});

test('what goes out is what is on record, and nothing goes out beyond the limits', async () => {
  const received: string[] = [];
  const url = await serve((request, response) => {
    void request.toArray().then((chunks) => {
      received.push(Buffer.concat(chunks as Buffer[]).toString());
      response.end(JSON.stringify({ usage: { total_tokens: 7 } }));
    });
  });
  const onExhausted = vi.fn();
  const meter = openMeter({ model: 'm', limits, onExhausted });
  meter.head('prompt x');
  const ask = (content: string) =>
    meter.fetch(url, { method: 'POST', body: JSON.stringify({ messages: [{ role: 'user', content }] }) });
  await ask('password=hunter2hunter2 "quoted"');
  await ask('and then?');
  await expect(ask('once more')).rejects.toThrow('limit of calls');
  expect(onExhausted).toHaveBeenCalledOnce();
  expect(meter.exhausted()).toBe('calls');
  expect(received).toHaveLength(2);
  expect(received[0]).toBe(
    JSON.stringify({ messages: [{ role: 'user', content: 'password=[secret removed] "quoted"' }] }),
  );
  expect(meter.calls().map(({ prompt, tokens }) => ({ prompt, tokens }))).toEqual(
    received.map((body) => ({ prompt: `prompt x\n${body}`, tokens: 7 })),
  );
});

test('a request larger than the budget is held back', async () => {
  const meter = openMeter({ model: 'm', limits, onExhausted: vi.fn() });
  const body = JSON.stringify({ content: 'x'.repeat(40_000) });
  await expect(meter.fetch('http://127.0.0.1:9', { body })).rejects.toThrow('limit of tokens');
  expect(meter.calls()).toEqual([]);
});

test('the record says how a model was asked and what it asked to look up', async () => {
  const tool_calls = [{ id: '1', type: 'function', function: { name: 'search', arguments: '{"q":"pool"}' } }];
  const url = await serve((_, response) => {
    response.end(JSON.stringify({ choices: [{ message: { content: null, tool_calls } }] }));
  });
  const meter = openMeter({ model: 'm', limits, onExhausted: vi.fn() });
  const tools = [{ type: 'function', function: { name: 'search', parameters: {} } }];
  const asked = { messages: [], model: 'm', temperature: 0.2, max_tokens: 9, tools };
  await meter.fetch(url, { method: 'POST', body: JSON.stringify(asked) });
  expect(meter.calls()).toMatchObject([
    {
      parameters: { model: 'm', temperature: 0.2, max_tokens: 9, tools: ['search'] },
      lookups: [{ tool: 'search', arguments: '{"q":"pool"}' }],
    },
  ]);
});
