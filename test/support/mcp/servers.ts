import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { mcpServer, type McpServer, type McpServerOptions } from '../../../src/adapters/mcp/server.ts';
import { pinOf } from '../../../src/adapters/mcp/definition.ts';
import { createOutbound } from '../../../src/adapters/outbound/outbound.ts';
import type { ConfiguredMcpServer } from '../../../src/config/mcp-variables.ts';
import type { McpPlace, McpToolConfig } from '../../../src/config/mcp.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { serve, type Behaviour } from './server.ts';

const PROGRAM = fileURLToPath(new URL('server.ts', import.meta.url));

/** What the fake server shows of `get` and `set` when it behaves. */
export const PINS = {
  get: pinOf({
    name: 'get',
    description: 'Reads a value.',
    inputSchema: { type: 'object', properties: { key: { type: 'string' } }, required: ['key'] },
  }),
  set: pinOf({
    name: 'set',
    description: 'Sets a value.',
    inputSchema: {
      type: 'object',
      properties: { key: { type: 'string' }, value: { type: 'string' } },
      required: ['key', 'value'],
      additionalProperties: false,
    },
  }),
};

export function mcpTool(name: 'get' | 'set', over: Partial<McpToolConfig> = {}): McpToolConfig {
  return {
    name,
    pin: PINS[name],
    writes: name === 'set',
    risk: 'high',
    reversible: false,
    repeatable: false,
    services: null,
    inverse: null,
    readBack: null,
    ...over,
  };
}

export const READ_BACK: McpToolConfig['readBack'] = {
  tool: 'get',
  arguments: { key: '{key}' },
  expect: { pointer: '/value', equals: '{value}' },
};

export type Setup = {
  server: McpServer;
  directory: string;
  warned: unknown[];
  /** Lets time pass for the server's pauses. */
  clock: { ms: number };
};

export function processServer(
  behaviour: Behaviour,
  tools: McpToolConfig[],
  over: Partial<ConfiguredMcpServer> & { timeoutMs?: number } = {},
): Setup {
  const command = [process.execPath, PROGRAM, JSON.stringify(behaviour)];
  return setup({ kind: 'stdio', command }, tools, over);
}

export async function httpServer(
  behaviour: Behaviour | { redirectTo: string },
  tools: McpToolConfig[],
  over: Partial<ConfiguredMcpServer> & { timeoutMs?: number } = {},
): Promise<Setup & { requests: { method: string; headers: Record<string, unknown> }[] }> {
  const requests: { method: string; headers: Record<string, unknown> }[] = [];
  const state = temporaryDirectory();
  const answer = 'how' in behaviour ? serve(behaviour, state) : null;
  const server = createServer((request, response) => {
    requests.push({ method: request.method ?? '', headers: request.headers });
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      if ('redirectTo' in behaviour) return response.writeHead(307, { location: behaviour.redirectTo }).end();
      if (request.method !== 'POST') return response.writeHead(405).end();
      const message = JSON.parse(body) as Parameters<ReturnType<typeof serve>>[0];
      const said = answer?.(message) ?? [];
      if (message.id === undefined) return response.writeHead(202).end();
      // A hanging server leaves the request open.
      if (said.length === 0) return undefined;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const one of said) response.write(`event: message\ndata: ${JSON.stringify(one)}\n\n`);
      return response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = `http://127.0.0.1:${address.port}/mcp`;
  const made = setup({ kind: 'http', url, allowPrivate: true }, tools, {
    secrets: { Authorization: 'Bearer a-token-of-our-own' },
    ...over,
  });
  return { ...made, directory: state, requests };
}

function setup(
  place: McpPlace,
  tools: McpToolConfig[],
  { timeoutMs = 10_000, ...over }: Partial<ConfiguredMcpServer> & { timeoutMs?: number },
): Setup {
  const directory = temporaryDirectory();
  const warned: unknown[] = [];
  const clock = { ms: 0 };
  const allow = place.kind === 'http' ? [{ origin: new URL(place.url).origin, allowPrivate: true }] : [];
  const options: McpServerOptions = {
    fetch: createOutbound({ allow, timeoutMs, maxBytes: 1_000_000 }).fetch,
    directory,
    timeoutMs,
    maxBytes: 1_000_000,
    now: () => clock.ms,
    log: { warn: (...said: unknown[]) => void warned.push(said) },
  };
  const server = mcpServer({ name: 'store', place, tools, secrets: {}, ...over }, options);
  return { server, directory: `${directory}/store`, warned, clock };
}
