import { expect, test } from 'vitest';
import { pinOf } from '../../../src/adapters/mcp/definition.ts';
import { mcpReadTools } from '../../../src/adapters/mcp/read-tools.ts';
import { mcpServer } from '../../../src/adapters/mcp/server.ts';
import { mcpTool } from '../../support/mcp/servers.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const program = process.env['MCP_TEST_SERVER'];

// It is not among the dependencies; scripts/mcp-server.sh installs it.
test.skipIf(!program)('the reference server is listed, pinned and called', async () => {
  const options = {
    fetch: () => Promise.reject(new Error('no way out')),
    directory: temporaryDirectory(),
    timeoutMs: 15_000,
    maxBytes: 1_000_000,
    now: () => 0,
    log: { warn: () => {} },
  };
  const place = { kind: 'stdio' as const, command: [process.execPath, program ?? '', 'stdio'] };
  const all = mcpServer({ name: 'everything', place, tools: [], secrets: {} }, options);
  const shown = await all.visit((at) => at.tools());
  const echo = shown.find(({ name }) => name === 'echo');
  expect(echo).toBeDefined();
  if (!echo) return;
  const tool = { ...mcpTool('get'), name: 'echo', pin: pinOf(echo) };
  const server = mcpServer({ name: 'everything', place, tools: [tool], secrets: {} }, options);
  const { tools, notes } = await mcpReadTools([server]).offered();
  expect(notes).toEqual([]);
  expect(tools.map(({ name }) => name)).toEqual(['mcp_everything_echo']);
  expect(await tools[0]?.run({ message: 'one two' })).toMatch(/^> .*one two$/m);
});
