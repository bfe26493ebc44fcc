import type { Logger } from 'pino';
import type { ConfiguredMcpServer } from '../../config/mcp-variables.ts';
import type { McpToolConfig } from '../../config/mcp.ts';
import { makeDirectory } from '../local/make-directory.ts';
import { pinned, type Definition } from './definition.ts';
import { McpFailure } from './error.ts';
import { httpTransport, type Fetch } from './http.ts';
import { StdioTransport } from './stdio.ts';
import { visit, type Visit } from './visit.ts';

export type McpServerOptions = {
  /** The guarded way out to these servers; for those with a URL. */
  fetch: Fetch;
  /** Where each process gets a directory of its own. */
  directory: string;
  /** How long a visit may take, with everything in it. */
  timeoutMs: number;
  /** The largest message of a process; the way out bounds the answers of others. */
  maxBytes: number;
  now: () => number;
  log: Pick<Logger, 'warn'>;
};

/** A tool that may not be used until a person has looked at it. */
export type Blocked = { tool: McpToolConfig; why: string };

export type McpServer = {
  config: ConfiguredMcpServer;
  /**
   * One at a time; rejects with an `McpFailure`. When `until` is aborted nothing more is asked, and what is under way is
   * given up.
   */
  visit<T>(work: (visit: Visit) => Promise<T>, until?: AbortSignal): Promise<T>;
  /** What the server shows now of the tools that are configured. */
  look(
    until?: AbortSignal,
  ): Promise<{ tools: { tool: McpToolConfig; definition: Definition }[]; blocked: Blocked[] }>;
  /** What the last look found blocked. */
  blocked(): Blocked[];
};

/** After so many failures in a row a server is left alone for a while: starting processes for ever helps nobody. */
const FAILURES = 3;
const PAUSE_MS = 5 * 60_000;

export function mcpServer(config: ConfiguredMcpServer, options: McpServerOptions): McpServer {
  const { name, place, secrets } = config;
  let blocked: Blocked[] = [];
  let failures = 0;
  let pausedUntil = 0;
  let last: Promise<unknown> = Promise.resolve();

  function transport() {
    if (place.kind === 'http') {
      return httpTransport(place.url, secrets, options.fetch);
    }
    const directory = `${options.directory}/${name}`;
    makeDirectory(directory);
    return new StdioTransport({
      command: place.command,
      env: secrets,
      directory,
      maxBytes: options.maxBytes,
    });
  }

  async function once<T>(work: (visit: Visit) => Promise<T>, until: AbortSignal | undefined): Promise<T> {
    if (until?.aborted)
      throw new McpFailure('refused', name, new Error('the time for this action is up; it was not asked'));
    if (options.now() < pausedUntil)
      throw new McpFailure(
        'refused',
        name,
        new Error('it failed several times and is left alone for a while'),
      );
    try {
      const result = await visit(name, transport(), { timeoutMs: options.timeoutMs, until }, work);
      failures = 0;
      return result;
    } catch (error) {
      failures += 1;
      if (failures >= FAILURES) {
        failures = 0;
        pausedUntil = options.now() + PAUSE_MS;
        options.log.warn({ server: name }, 'An MCP server failed several times in a row; it is left alone');
      }
      throw error;
    }
  }

  function visitInTurn<T>(work: (visit: Visit) => Promise<T>, until?: AbortSignal): Promise<T> {
    const mine = last.then(() => once(work, until));
    last = mine.catch(() => {});
    return mine;
  }

  return {
    config,
    visit: visitInTurn,
    async look(until) {
      const shown = await visitInTurn((at) => at.tools(), until);
      const tools: { tool: McpToolConfig; definition: Definition }[] = [];
      const now: Blocked[] = [];
      for (const tool of config.tools) {
        const found = pinned(shown, tool);
        if ('blocked' in found) now.push({ tool, why: found.blocked });
        else tools.push({ tool, definition: found });
      }
      for (const { tool, why } of now)
        options.log.warn(
          { server: name, tool: tool.name, why },
          'An MCP tool is blocked until a person looks',
        );
      blocked = now;
      return { tools, blocked: now };
    },
    blocked: () => blocked,
  };
}

/** For people, with what to do. */
export function blockedText(server: string, { tool, why }: Blocked): string {
  return `The tool ${tool.name} of the MCP server “${server}” is blocked: ${why}. Have somebody look: sitrep mcp pin ${server} ${tool.name}.`;
}
