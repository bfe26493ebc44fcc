import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { bind } from '../../../src/act/catalogue.ts';
import { wasRefused } from '../../../src/act/world.ts';
import { flyClient } from '../../../src/adapters/fly/client.ts';
import { flyOver } from '../../../src/adapters/fly/fly.ts';
import { leaseSchema } from '../../../src/adapters/fly/schema.ts';
import type { Action } from '../../../src/incident/action.ts';
import { FLY_APP, FLY_TOKEN } from '../../support/fly-double.ts';
import { FIRST, flyWorld, SECOND, THIRD } from '../../act/scenarios/fly.ts';
import { worldOf } from '../../support/world.ts';

const RESTART: Action = { tool: 'fly.restart_machine', arguments: { app: FLY_APP, machine: FIRST } };
const CORDON: Action = { tool: 'fly.cordon_machine', arguments: { app: FLY_APP, machine: FIRST } };
const PERMIT = { key: 'one execution', approvedBy: [] };
const AROUND = { service: 'web', dependants: [] };

test('a write is made under a lease, which is released afterwards', async () => {
  const { fly, world } = await flyWorld();
  const tool = bind(RESTART);
  await tool.run(await tool.observe(world), world, PERMIT);
  const writes = fly.exchanges.filter(({ method }) => method !== 'GET');
  expect(writes.map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)).toEqual([
    'POST lease',
    'POST restart',
    'DELETE lease',
  ]);
  const { nonce } = leaseSchema.parse(writes[0]?.answer);
  expect(writes.slice(1).map((one) => one.nonce)).toEqual([nonce, nonce]);
  expect(fly.isLeased(FIRST)).toBe(false);
});

test('a machine that somebody else has leased is left alone, and the refusal names them', async () => {
  const { fly, world } = await flyWorld();
  const tool = bind(RESTART);
  const target = await tool.observe(world);
  fly.leaseTo(FIRST, 'deployer@example.com');
  const error = await tool.run(target, world, PERMIT).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 409, message: expect.stringContaining('deployer@example.com') });
  expect(wasRefused(error)).toBe(true);
  expect(fly.done()).toEqual([]);
  // A lease ends by itself; nobody is kept out for ever.
  fly.pass(61_000);
  await tool.run(target, world, PERMIT);
  expect(fly.done()).toEqual([`restart ${FIRST}`]);
});

test('what changes between the look and the lease is noticed under the lease', async () => {
  const { fly, client } = await flyWorld();
  const tool = bind(RESTART);
  const inner = flyOver(client, new Set([FLY_APP]));
  const world = worldOf({
    fly: {
      ...inner,
      change: async (...given) => {
        fly.deploy(FIRST, 'registry.example/web:hotfix');
        return inner.change(...given);
      },
    },
  });
  await expect(tool.run(await tool.observe(world), world, PERMIT)).rejects.toThrow(/is now at/);
  expect(fly.done()).toEqual([]);
  expect(fly.isLeased(FIRST)).toBe(false);
});

test('an update names the version that it replaces, so that Fly itself refuses a stale one', async () => {
  const { fly, client } = await flyWorld();
  const over = flyOver(client, new Set([FLY_APP]));
  const before = await over.machine(FLY_APP, FIRST);
  if (!before) throw new Error('no machine');
  const change = { kind: 'update' as const, config: before.config, currentVersion: before.version };
  const deploying = async () => fly.deploy(FIRST, 'registry.example/web:hotfix');
  const error = await over.change(FLY_APP, FIRST, change, deploying).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 409, outcome: 'refused' });
  expect((await over.machine(FLY_APP, FIRST))?.image).toBe('registry.example/web:hotfix');
});

test('too many requests are waited for, as long as Fly says, and then made once', async () => {
  const { fly, world } = await flyWorld();
  const tool = bind(RESTART);
  // The double allows three at once, and each of these spends one of every kind.
  for (let time = 0; time < 5; time += 1) await tool.run(await tool.observe(world), world, PERMIT);
  expect(fly.exchanges.some(({ status }) => status === 429)).toBe(true);
  expect(fly.done()).toHaveLength(5);
});

test('requests that are turned away for good end as refused', async () => {
  const { fly, world } = await flyWorld();
  const impatient = flyClient({ url: fly.url, token: FLY_TOKEN, timeoutMs: 5_000, pause: async () => {} });
  const hurried = worldOf({ fly: flyOver(impatient, new Set([FLY_APP])) });
  const tool = bind(RESTART);
  const again = async () => tool.run(await tool.observe(world), hurried, PERMIT);
  let error: unknown;
  for (let time = 0; time < 5 && error === undefined; time += 1)
    error = await again().then(
      () => undefined,
      (caught: unknown) => caught,
    );
  expect(error).toMatchObject({ code: 429, outcome: 'refused' });
});

test.each([
  ['lost before', 'not done', 0],
  ['lost after', 'done', 1],
] as const)(
  'a connection that is %s the write leaves it unknown, and the look shows: %s',
  async (how, state, count) => {
    const { fly, world } = await flyWorld();
    const tool = bind(RESTART);
    const target = await tool.observe(world);
    fly.breakNextWrite(how);
    const error = await tool.run(target, world, PERMIT).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ outcome: 'unknown' });
    expect((await tool.readBack(target, world, PERMIT)).state).toBe(state);
    expect(fly.done()).toHaveLength(count);
  },
);

test('nobody listens: refused, for nothing can have been sent', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const client = flyClient({
    url: `http://127.0.0.1:${port}`,
    token: 't',
    timeoutMs: 500,
    pause: async () => {},
  });
  await expect(client.send({ method: 'POST', path: ['apps'] })).rejects.toMatchObject({
    code: 0,
    outcome: 'refused',
  });
});

test('a server error leaves a write unknown; a page that is no answer stays out of the message', async () => {
  const server = createServer((_, res) => res.writeHead(502).end('<html>secret internals</html>')).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const client = flyClient({
    url: `http://127.0.0.1:${port}`,
    token: 't',
    timeoutMs: 500,
    pause: async () => {},
  });
  await expect(client.send({ method: 'POST', path: ['apps'] })).rejects.toMatchObject({
    code: 502,
    outcome: 'unknown',
    message: 'Fly answered 502',
  });
});

test('crashes of a failing machine do not make the consent stale, another’s restart does', async () => {
  const { fly, world } = await flyWorld();
  const tool = bind(RESTART);
  const target = await tool.observe(world);
  fly.crash(FIRST);
  expect(await tool.observe(world)).toEqual(target);
  fly.restartBySomebody(FIRST);
  expect(await tool.observe(world)).not.toEqual(target);
});

test('an app that sitrep.yaml does not name is never asked for', async () => {
  const { fly, client } = await flyWorld();
  const world = worldOf({ fly: flyOver(client, new Set(['another'])) });
  await expect(bind(RESTART).observe(world)).rejects.toThrow(/not in sitrep.yaml/);
  expect(fly.exchanges).toEqual([]);
});

test('the last machine that serves is not cordoned', async () => {
  const { fly, world } = await flyWorld();
  fly.cordon(SECOND);
  await expect(bind(CORDON).prepare(world, AROUND)).rejects.toThrow(/No other machine/);
});

test('scaling takes one step, on a machine that the card names', async () => {
  const { world } = await flyWorld();
  const scale = (count: number) =>
    bind({ tool: 'fly.scale', arguments: { app: FLY_APP, group: 'app', count } }).prepare(world, AROUND);
  expect((await scale(3)).target.identity).toContain(THIRD);
  expect((await scale(1)).target.identity).toContain(SECOND);
  await expect(scale(4)).rejects.toThrow('ask for 3 first');
  await expect(scale(2)).rejects.toThrow('2 machines of app run already');
});

test('a lease wrapped in data is understood as well', () => {
  expect(leaseSchema.parse({ status: 'success', data: { nonce: 'n' } })).toEqual({ nonce: 'n' });
  expect(leaseSchema.parse({ nonce: 'n', owner: 'o' })).toEqual({ nonce: 'n' });
});
