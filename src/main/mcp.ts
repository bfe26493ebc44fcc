import { join } from 'node:path';
import type { Logger } from 'pino';
import { mcpCalls, mcpReader } from '../adapters/mcp/calls.ts';
import { mcpReadTools } from '../adapters/mcp/read-tools.ts';
import { mcpServer, type McpServer } from '../adapters/mcp/server.ts';
import { createOutbound, type Allowed } from '../adapters/outbound/outbound.ts';
import type { Config } from '../config.ts';
import type { ConfiguredMcpServer } from '../config/mcp-variables.ts';
import { writes, type McpServerConfig } from '../config/mcp.ts';

const TIMEOUT_MS = 20_000;
const MAX_BYTES = 1_048_576;

/** A server, with everything that it may be given and with what only reads; null where this process lacks that. */
export type OpenedMcp = { config: McpServerConfig; full: McpServer | null; reading: McpServer | null };

/** The MCP servers of sitrep.yaml. None is started or asked before it is needed. */
export function configuredMcp(config: Pick<Config, 'mcp' | 'home'>, log: Pick<Logger, 'warn'>): OpenedMcp[] {
  const allow = config.mcp.flatMap(({ server: { place } }): Allowed[] =>
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
  const open = (one: ConfiguredMcpServer | null) => one && mcpServer(one, options);
  return config.mcp.map(({ server, full, reading }) => {
    const opened = open(full);
    // One that is the same for both is asked by one visitor at a time.
    return { config: server, full: opened, reading: reading === full ? opened : open(reading) };
  });
}

/** Servers with a tool that writes are for the code that acts; a model is offered the tools of the others. */
export function connectMcp(config: Pick<Config, 'mcp' | 'home'>, log: Pick<Logger, 'warn'>) {
  const servers = configuredMcp(config, log);
  const acting = servers.filter((one) => writes(one.config));
  const others = servers.filter((one) => !writes(one.config)).flatMap(({ reading }) => reading ?? []);
  return {
    /** To look at what would be called. */
    looks:
      acting.length > 0
        ? mcpReader(
            acting.flatMap(({ reading }) => reading ?? []),
            acting.flatMap(({ config: { name }, reading }) => (reading ? [] : name)),
          )
        : null,
    calls: (until?: AbortSignal) =>
      acting.length > 0
        ? mcpCalls(
            acting.flatMap(({ full }) => full ?? []),
            until,
          )
        : null,
    reads: others.length > 0 ? mcpReadTools(others) : null,
    blocked: () => {
      const opened = new Set(servers.flatMap(({ full, reading }) => [full, reading]));
      const names = [...opened].flatMap((server) =>
        (server?.blocked() ?? []).map(({ tool }) => ({
          server: server?.config.name ?? '',
          tool: tool.name,
        })),
      );
      return [...new Map(names.map((one) => [`${one.server} ${one.tool}`, one])).values()];
    },
  };
}
