import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mcpCalls } from '../../../src/adapters/mcp/calls.ts';
import { mcpTool, processServer, READ_BACK } from '../../support/mcp/servers.ts';
import { worldOf } from '../../support/world.ts';
import type { SetUp } from '../tool-contract.ts';

export const mcpScenarios: Record<'mcp.call', SetUp> = {
  async 'mcp.call'() {
    const tools = [mcpTool('get'), mcpTool('set', { readBack: READ_BACK })];
    const { server, directory } = processServer({ how: 'well' }, tools);
    const lines = () => {
      const file = join(directory, 'calls.jsonl');
      return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    };
    const values = join(directory, 'values.json');
    return {
      action: {
        tool: 'mcp.call',
        arguments: { server: 'store', tool: 'set', arguments: { key: 'mode', value: 'safe' } },
      },
      world: worldOf({ mcp: mcpCalls([server]) }),
      writes: () => lines().filter((line) => (JSON.parse(line) as { name: string }).name === 'set').length,
      state: async () => (existsSync(values) ? (JSON.parse(readFileSync(values, 'utf8')) as unknown) : {}),
      changeByOthers: async () => writeFileSync(values, JSON.stringify({ mode: 'fast' })),
      // The tool does not say that it may be called twice.
      untouched: 'unclear',
    };
  },
};
