import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { bind } from '../../src/act/catalogue.ts';
import { readConfig } from '../../src/config.ts';
import { configuredRequests } from '../../src/main/outbound.ts';
import { parseAction, type Action } from '../../src/incident/action.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { worldOf } from '../support/world.ts';

const PERMIT = { key: '7f0c', approvedBy: [] };
const AROUND = { service: 'orders', dependants: ['checkout'] };

/** A broker whose queues can be paused, and Sitrep's configuration for it. */
async function broker() {
  const paused = new Map([
    ['orders', false],
    ['mail', false],
  ]);
  const written: { line: string; key: unknown; token: unknown; body: string }[] = [];
  const fault = { status: 0 };
  const http = createServer((request, response) => {
    const [, queue = '', verb] = /^\/queues\/([^/]+)(?:\/(\w+))?$/.exec(request.url ?? '') ?? [];
    if (request.method === 'GET') {
      const known = paused.get(decodeURIComponent(queue));
      response
        .writeHead(known === undefined ? 404 : 200)
        .end(JSON.stringify({ name: queue, state: { paused: known } }));
      return;
    }
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { 'idempotency-key': key, authorization: token } = request.headers;
      written.push({ line: `${request.method} ${request.url}`, key, token, body });
      if (fault.status === 0) paused.set(decodeURIComponent(queue), verb === 'pause');
      response.writeHead(fault.status === 0 ? 202 : fault.status, { location: '/elsewhere' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => {
    http.close();
    http.closeAllConnections();
  });
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const directory = temporaryDirectory();
  writeFileSync(
    join(directory, 'sitrep.yaml'),
    `
outbound: [{ host: 127.0.0.1, allow_private: true }]
http:
  templates:
    pause-queue:
      method: POST
      url: ${origin}/queues/{queue}/pause
      headers: { Authorization: { env: QUEUE_TOKEN, prefix: 'Bearer ' } }
      body: { reason: '{why}', nested: [{ queue: 'queue {queue}' }], count: 1 }
      values:
        queue: { one_of: [orders, mail] }
        why: { pattern: '[\\w ":{},]{1,60}' }
      risk: medium
      inverse: resume-queue
      read_back: { url: '${origin}/queues/{queue}', expect: { pointer: /state/paused, equals: true } }
    resume-queue:
      method: PUT
      repeatable: true
      url: ${origin}/queues/{queue}/resume
      values: { queue: { one_of: [orders, mail] } }
      read_back: { url: '${origin}/queues/{queue}', expect: { pointer: /state/paused, equals: false } }
    purge:
      method: DELETE
      url: ${origin}/queues/{path}/purge
      values: { path: { pattern: '.*' } }
      read_back: { url: '${origin}/queues/{path}', expect: { status: 404 } }
`,
  );
  const config = readConfig({ QUEUE_TOKEN: 'secret of the broker' }, directory);
  return { paused, written, fault, origin, world: worldOf({ http: configuredRequests(config) }) };
}

const pause = (why = 'poison message'): Action => ({
  tool: 'http.request',
  arguments: { template: 'pause-queue', values: { queue: 'orders', why } },
});

it('sends what the template says, reads it back, and knows what takes it back', async () => {
  const { world, written, paused, origin } = await broker();
  const tool = bind(pause());
  const prepared = await tool.prepare(world, AROUND);
  expect(prepared).toMatchObject({
    title: expect.stringContaining('Send “pause-queue” to 127.0.0.1'),
    dryRun: expect.stringContaining(`POST ${origin}/queues/orders/pause with {"reason":"poison message"`),
    inverse: { tool: 'http.request', arguments: { template: 'resume-queue', values: { queue: 'orders' } } },
    blastRadius: { services: ['orders', 'checkout'], units: 1 },
    risk: 'medium',
    reversible: true,
  });
  expect(written).toEqual([]);
  expect(JSON.stringify(prepared)).not.toContain('secret');

  await tool.run(prepared.target, world, PERMIT);
  expect(written).toEqual([
    {
      line: 'POST /queues/orders/pause',
      key: PERMIT.key,
      token: 'Bearer secret of the broker',
      body: '{"reason":"poison message","nested":[{"queue":"queue orders"}],"count":1}',
    },
  ]);
  expect(await tool.readBack(prepared.target, world, PERMIT)).toMatchObject({ state: 'done' });
  await expect(tool.prepare(world, AROUND)).rejects.toThrow(/It is as “pause-queue” would have it/);

  const undo = bind(parseAction(prepared.inverse));
  const back = await undo.prepare(world, AROUND);
  await undo.run(back.target, world, PERMIT);
  expect(paused.get('orders')).toBe(false);
});

it('does not send where the world has changed since', async () => {
  const { world, written, paused } = await broker();
  const tool = bind(pause());
  const { target } = await tool.prepare(world, AROUND);
  paused.set('orders', true);
  expect((await tool.observe(world)).observedVersion).not.toBe(target.observedVersion);
  await expect(tool.run(target, world, PERMIT)).rejects.toThrow(/is now at/);
  expect(written).toEqual([]);
});

it('a value cannot break out of the body', async () => {
  const { world, written } = await broker();
  const why = 'x", "count": {queue}';
  const tool = bind(pause(why));
  const { target } = await tool.prepare(world, AROUND);
  await tool.run(target, world, PERMIT);
  expect(JSON.parse(written[0]!.body)).toEqual({
    reason: why,
    nested: [{ queue: 'queue orders' }],
    count: 1,
  });
});

it.each([
  ['a value that is not listed', { queue: 'payments', why: 'x' }, /must be one of orders, mail/],
  ['a value that does not fit', { queue: 'orders', why: 'x\ny' }, /must fit/],
  ['a value that is missing', { queue: 'orders' }, /wants a value for \{why\}/],
  ['a value too many', { queue: 'orders', why: 'x', host: 'evil.example' }, /no such placeholder/],
])('%s is refused before anything is sent', async (_what, values, message) => {
  const { world, written } = await broker();
  const action: Action = { tool: 'http.request', arguments: { template: 'pause-queue', values } };
  await expect(bind(action).prepare(world, AROUND)).rejects.toThrow(message);
  expect(written).toEqual([]);
});

it.each([
  '..',
  '.',
  '%2e%2e',
  '../queues',
  'a/../../b',
  '//evil.example',
  '?x=1',
  '#',
  '\\..\\',
  '@evil.example',
])('the value “%s” stays one segment of the path or is refused', async (path) => {
  const { world, written } = await broker();
  const action: Action = { tool: 'http.request', arguments: { template: 'purge', values: { path } } };
  const tool = bind(action);
  const target = { identity: 'any', observedVersion: 'any' };
  await tool.run(target, world, PERMIT).catch(() => undefined);
  expect(written.filter(({ line }) => !/^DELETE \/queues\/[^/?#]+\/purge$/.test(line))).toEqual([]);
  if (path === '..' || path === '.') await expect(tool.observe(world)).rejects.toThrow(/another path/);
});

it.each([
  [404, 'refused'],
  [409, 'refused'],
  [500, 'unknown'],
  [503, 'unknown'],
  [303, 'unknown'],
])('an answer of %s leaves the write %s', async (status, outcome) => {
  const { world, fault } = await broker();
  const tool = bind(pause());
  const { target } = await tool.prepare(world, AROUND);
  fault.status = status;
  await expect(tool.run(target, world, PERMIT)).rejects.toMatchObject({ outcome });
});

it('what cannot be repeated is not called undone on no evidence; what can be is', async () => {
  const { world, fault, paused } = await broker();
  const tool = bind(pause());
  const { target } = await tool.prepare(world, AROUND);
  fault.status = 500;
  await tool.run(target, world, PERMIT).catch(() => undefined);
  expect(await tool.readBack(target, world, PERMIT)).toMatchObject({ state: 'unclear' });

  paused.set('mail', true);
  const resume = bind({
    tool: 'http.request',
    arguments: { template: 'resume-queue', values: { queue: 'mail' } },
  });
  const before = (await resume.prepare(world, AROUND)).target;
  await resume.run(before, world, PERMIT).catch(() => undefined);
  expect(await resume.readBack(before, world, PERMIT)).toMatchObject({ state: 'not done' });
});

it('a template that is not there, or none at all, is told apart from a failure', async () => {
  const { world } = await broker();
  const action: Action = { tool: 'http.request', arguments: { template: 'drain', values: {} } };
  await expect(bind(action).observe(world)).rejects.toThrow(/no template “drain”.*pause-queue/);
  await expect(bind(action).observe(worldOf({}))).rejects.toThrow(/http\.templates in sitrep\.yaml/);
});
