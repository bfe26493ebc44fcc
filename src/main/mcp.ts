import { join } from 'node:path';
import type { Logger } from 'pino';
import { mcpCalls } from '../adapters/mcp/calls.ts';
import { mcpReadTools } from '../adapters/mcp/read-tools.ts';
import { mcpServer, type McpServer } from '../adapters/mcp/server.ts';
import { createOutbound, type Allowed } from '../adapters/outbound/outbound.ts';
import type { Config } from '../config.ts';
import { writes } from '../config/mcp.ts';

const TIMEOUT_MS = 20_000;
const MAX_BYTES = 1_048_576;

/** The MCP servers of sitrep.yaml. None is started or asked before it is needed. */
export function configuredMcp(config: Pick<Config, 'mcp' | 'home'>, log: Pick<Logger, 'warn'>): McpServer[] {
  const allow = config.mcp.flatMap(({ place }): Allowed[] =>
    place.kind === 'http' ? [{ origin: new URL(place.url).origin, allowPrivate: place.allowPrivate }] : [],
  );
  const outbound = createOutbound({ allow, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES });
  const options = {
    fetch: outbound.fetch,
    directory: join(config.home, 'mcp'),
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    now: () => Date.now(),
    log,
  };
  return config.mcp.map((one) => mcpServer(one, options));
}

/** Servers with a tool that writes are for the code that acts; a model is offered the tools of the others. */
export function connectMcp(config: Pick<Config, 'mcp' | 'home'>, log: Pick<Logger, 'warn'>) {
  const servers = configuredMcp(config, log);
  const acting = servers.filter((server) => writes(server.config));
  const reading = servers.filter((server) => !writes(server.config));
  return {
    calls: acting.length > 0 ? mcpCalls(acting) : null,
    reads: reading.length > 0 ? mcpReadTools(reading) : null,
    blocked: () =>
      servers.flatMap((server) =>
        server.blocked().map(({ tool }) => ({ server: server.config.name, tool: tool.name })),
      ),
  };
}
