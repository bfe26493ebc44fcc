import { readConfig } from '../config.ts';
import { configuredMcp, type OpenedMcp } from '../main/mcp.ts';
import { pinOf, type Definition } from '../adapters/mcp/definition.ts';
import type { McpServer } from '../adapters/mcp/server.ts';
import { plain, messageOf } from '../incident/text.ts';
import { fail } from './fail.ts';
import { createLogger } from './logger.ts';

const LONGEST_TEXT = 20_000;

/** Connects to the servers and prints what each shows of its tools, with the hash of it. */
export async function mcpListCommand(only: string | undefined): Promise<void> {
  const servers = configured().filter(({ config }) => only === undefined || config.name === only);
  if (servers.length === 0) return fail('There is no such server; name it under mcp in sitrep.yaml.');
  for (const server of servers) {
    console.log(`${server.config.name}:`);
    try {
      const visited = askable(server);
      for (const tool of await visited.visit((at) => at.tools())) show(visited, tool);
    } catch (error) {
      process.exitCode = 1;
      console.log(`  ${messageOf(error)}`);
    }
  }
  return undefined;
}

/** Shows a tool in full, and the lines that allow it once somebody has read that. */
export async function mcpPinCommand(name: string, toolName: string): Promise<void> {
  const opened = configured().find(({ config }) => config.name === name);
  if (!opened) return fail(`There is no server “${name}”; name it under mcp in sitrep.yaml.`);
  const server = askable(opened);
  const found = (await server.visit((at) => at.tools())).filter((one) => one.name === toolName);
  const [tool] = found;
  if (!tool) return fail(`“${name}” offers no tool “${toolName}”. “sitrep mcp list ${name}” shows all.`);
  if (found.length > 1)
    return fail(`“${name}” offers “${toolName}” more than once; such a tool is never used.`);
  show(server, tool);
  console.log('\nIf this is what you want to allow, write under mcp in sitrep.yaml, at this server:');
  console.log(`    tools:\n      ${JSON.stringify(toolName)}: { pin: "${pinOf(tool)}", writes: false }`);
  return undefined;
}

/** With whatever this environment has of its variables; throws where that is not enough. */
function askable({ config, full, reading }: OpenedMcp): McpServer {
  const server = full ?? reading;
  if (server) return server;
  throw new Error(`One of ${Object.values(config.variables).join(', ')} is missing. Set it and try again.`);
}

function configured(): OpenedMcp[] {
  return configuredMcp(readConfig(process.env, process.cwd()), createLogger('warn'));
}

function show({ config }: McpServer, tool: Definition): void {
  const pin = pinOf(tool);
  const listed = config.tools.find(({ name }) => name === tool.name);
  const state = listed === undefined ? 'not listed' : listed.pin === pin ? 'pinned' : 'CHANGED, blocked';
  // Control characters would let a server write over what stands above.
  console.log(`  ${plain(tool.name, 200)} (${state})\n    hash ${pin}`);
  const { name: _, ...rest } = tool;
  for (const line of plain(JSON.stringify(rest, null, 2), LONGEST_TEXT).split('\n'))
    console.log(`    ${line}`);
}
