import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bind } from '../../src/act/catalogue.ts';
import { mcpCalls } from '../../src/adapters/mcp/calls.ts';
import type { McpToolConfig } from '../../src/config/mcp.ts';
import type { Action } from '../../src/incident/action.ts';
import type { Behaviour } from '../support/mcp/server.ts';
import { mcpTool, processServer, READ_BACK } from '../support/mcp/servers.ts';
import { worldOf } from '../support/world.ts';

const PERMIT = { key: 'a proposal', approvedBy: [] };
const AROUND = { service: 'pricing', dependants: ['checkout'] };

function set(given: Record<string, string> = { key: 'mode', value: 'safe' }): Action {
  return { tool: 'mcp.call', arguments: { server: 'store', tool: 'set', arguments: given } };
}

function world(tool: Partial<McpToolConfig> = {}, behaviour: Behaviour = { how: 'well' }) {
  const { server, directory } = processServer(behaviour, [mcpTool('get'), mcpTool('set', tool)]);
  const calls = () =>
    readFileSync(`${directory}/calls.jsonl`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string; _meta?: object });
  return { world: worldOf({ mcp: mcpCalls([server]) }), calls };
}

test('a call is prepared, made once with its key, and read back', async () => {
  const { world: at, calls } = world({ readBack: READ_BACK });
  const action = bind(set());
  const prepared = await action.prepare(at, AROUND);
  expect(prepared).toMatchObject({ risk: 'high', reversible: false, inverse: null });
  expect(prepared.target).toEqual(await action.observe(at));
  expect(prepared.target.observedVersion).toContain(mcpTool('set').pin);
  await action.run(prepared.target, at, PERMIT);
  expect(calls().filter(({ name }) => name === 'set')).toMatchObject([
    { _meta: { 'sitrep/idempotency-key': 'a proposal' } },
  ]);
  expect(await action.readBack(prepared.target, at, PERMIT)).toMatchObject({ state: 'done' });
  await expect(action.prepare(at, AROUND)).rejects.toThrow('It is as');
});

test('without a read-back nobody knows, and that is never success', async () => {
  const { world: at } = world();
  const action = bind(set());
  const { target } = await action.prepare(at, AROUND);
  await action.run(target, at, PERMIT);
  expect(await action.readBack(target, at, PERMIT)).toMatchObject({ state: 'unclear' });
});

test('what was read otherwise since the approval is not overwritten', async () => {
  const { world: at, calls } = world({ readBack: READ_BACK });
  const { target } = await bind(set()).prepare(at, AROUND);
  const other = bind(set({ key: 'mode', value: 'fast' }));
  await other.run((await other.prepare(at, AROUND)).target, at, PERMIT);
  await expect(bind(set()).run(target, at, PERMIT)).rejects.toThrow('is now at');
  expect(calls().filter(({ name }) => name === 'set')).toHaveLength(1);
});

test('a call without a sign of it may be made again only where that does no harm', async () => {
  for (const [repeatable, state] of [
    [false, 'unclear'],
    [true, 'not done'],
  ] as const) {
    const { world: at } = world({ readBack: READ_BACK, repeatable });
    const { target } = await bind(set()).prepare(at, AROUND);
    expect(await bind(set()).readBack(target, at, PERMIT)).toMatchObject({ state });
  }
});

test('another definition than the approved one is refused, also where its pin was changed along', async () => {
  const { world: at } = world({ readBack: READ_BACK });
  const { target } = await bind(set()).prepare(at, AROUND);
  const repinned = world({ readBack: READ_BACK, risk: 'low' });
  await expect(bind(set()).run(target, repinned.world, PERMIT)).rejects.toThrow('is now at');
  const changed = world({ pin: '0'.repeat(64) });
  await expect(bind(set()).observe(changed.world)).rejects.toThrow('blocked: it is not what was pinned');
  await expect(bind(set()).run(target, changed.world, PERMIT)).rejects.toThrow('blocked');
});

test('only listed tools that write, for their services, with arguments that fit', async () => {
  const { world: at } = world({ services: ['checkout'] });
  await expect(bind(set()).prepare(at, AROUND)).rejects.toThrow('for checkout only');
  await expect(bind(set({ key: 'mode' })).prepare(at, AROUND)).rejects.toThrow('do not fit');
  const read: Action = {
    tool: 'mcp.call',
    arguments: { server: 'store', tool: 'get', arguments: { key: 'a' } },
  };
  await expect(bind(read).prepare(at, AROUND)).rejects.toThrow('lists no tool “get”');
  await expect(bind(set()).prepare(worldOf({}), AROUND)).rejects.toThrow('No MCP server');
});

test('an inverse is offered where one is configured', async () => {
  const inverse = { tool: 'set', arguments: { key: '{key}', value: 'was {value}' } };
  const { world: at } = world({ inverse, reversible: true, risk: 'low' });
  expect(await bind(set()).prepare(at, AROUND)).toMatchObject({
    risk: 'low',
    reversible: true,
    inverse: set({ key: 'mode', value: 'was safe' }),
  });
});

test('an error of the tool leaves open what it did', async () => {
  const { world: at } = world({}, { how: 'errors' });
  const { target } = await bind(set()).prepare(at, AROUND);
  await expect(bind(set()).run(target, at, PERMIT)).rejects.toMatchObject({ outcome: 'unknown' });
});
