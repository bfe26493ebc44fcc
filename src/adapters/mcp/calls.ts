import type { McpArguments, McpCall, McpReader, McpServers } from '../../act/world/mcp.ts';
import type { McpToolConfig } from '../../config/mcp.ts';
import { digestOf } from '../../incident/canonical.ts';
import { firstLine } from '../../incident/text.ts';
import { maskSecrets } from '../../incident/secrets.ts';
import { valueAt } from '../outbound/json-pointer.ts';
import { fill, fillText, whyUnfit } from './arguments.ts';
import { McpFailure } from './error.ts';
import { dataOf, textOf } from './result.ts';
import { blockedText, type McpServer } from './server.ts';

/** The tools that write, for the code that acts until its time is up. */
export function mcpCalls(servers: readonly McpServer[], until?: AbortSignal): McpServers {
  return {
    async prepare(name, toolName, given) {
      const found = toolOf(servers, name, toolName);
      if ('mistake' in found) return found;
      const call = await described(found, given, until);
      if ('mistake' in call) return call;
      const { server, tool } = found;
      return {
        ...call,
        async send(key) {
          const result = await server.visit((at) => at.call(tool, given, key), until);
          // Part of it may have been done, so nobody knows.
          if (result.isError) throw saysError(server, toolName, result);
        },
      };
    },
  };
}

/**
 * The same with nothing that could call: servers as they are asked by a process that only looks. `closed` are those
 * that it has no credential for.
 */
export function mcpReader(servers: readonly McpServer[], closed: readonly string[]): McpReader {
  return {
    async prepare(name, toolName, given) {
      if (closed.includes(name))
        return {
          mistake: `The MCP server “${name}” takes a credential that only the executor has; name one to read with (docs/mcp.md).`,
        };
      const found = toolOf(servers, name, toolName);
      return 'mistake' in found ? found : described(found, given);
    },
  };
}

type Found = { server: McpServer; tool: McpToolConfig };

function toolOf(servers: readonly McpServer[], name: string, toolName: string): Found | { mistake: string } {
  const server = servers.find(({ config }) => config.name === name);
  const tool = server?.config.tools.find((one) => one.name === toolName && one.writes);
  if (server && tool) return { server, tool };
  return { mistake: `sitrep.yaml lists no tool “${toolName}” of “${name}” with writes: true.` };
}

async function described(
  { server, tool }: Found,
  given: McpArguments,
  until?: AbortSignal,
): Promise<Omit<McpCall, 'send'> | { mistake: string }> {
  const { name } = server.config;
  const { tools, blocked } = await server.look(until);
  const stopped = blocked.find((one) => one.tool === tool);
  if (stopped) return { mistake: blockedText(name, stopped) };
  const definition = tools.find((one) => one.tool === tool)?.definition;
  if (!definition) return { mistake: `“${name}” does not show ${tool.name}.` };
  const unfit = whyUnfit(definition, given);
  if (unfit !== null) return { mistake: `${tool.name} of “${name}”: ${unfit}.` };
  const { risk, reversible, repeatable, services, inverse, readBack } = tool;
  return {
    definition: `${tool.pin}, configured as ${digestOf(tool).slice(0, 16)}`,
    risk,
    reversible,
    repeatable,
    services,
    inverse: inverse && { tool: inverse.tool, arguments: fill(inverse.arguments, given) },
    look: readBack && (() => lookBack(server, readBack, given, until)),
  };
}

async function lookBack(
  server: McpServer,
  { tool: name, arguments: template, expect }: NonNullable<McpToolConfig['readBack']>,
  given: McpArguments,
  until: AbortSignal | undefined,
): Promise<{ asWanted: boolean; seen: string }> {
  const tool = server.config.tools.find((one) => one.name === name && !one.writes);
  if (!tool) throw new Error(`There is no tool “${name}” to read back with. List it in sitrep.yaml.`);
  const result = await server.visit((at) => at.call(tool, fill(template, given)), until);
  if (result.isError) throw saysError(server, name, result);
  if ('contains' in expect) {
    const wanted = fillText(expect.contains, given);
    const asWanted = result.content.some(({ text }) => text?.includes(wanted));
    return { asWanted, seen: `“${firstLine(wanted, 100)}” is ${asWanted ? '' : 'not '}there` };
  }
  const value = valueAt(dataOf(result), expect.pointer);
  return {
    asWanted: value === fillText(expect.equals, given),
    seen: `${expect.pointer} is ${value === null ? 'not there' : firstLine(maskSecrets(value), 100)}`,
  };
}

function saysError({ config }: McpServer, tool: string, result: Parameters<typeof textOf>[0]): McpFailure {
  const text = firstLine(textOf(result, config.secrets, 500)) || 'no reason';
  return new McpFailure('unknown', config.name, new Error(`${tool} answers with an error: ${text}`));
}
