import type { HttpTemplate } from './http.ts';
import { variablesIn } from './http.ts';
import { credentialsIn, lookingVariables } from './mcp-variables.ts';
import { writes, type McpServerConfig } from './mcp.ts';

/**
 * Every variable of Sitrep's own that lets its holder change something outside. Whoever adds a tool that writes adds
 * the variable of its credential here; then only a process that carries out actions starts with it.
 */
const WRITE_VARIABLES = [
  'KUBERNETES_WRITE_TOKEN',
  'GITHUB_WRITE_TOKEN',
  'FLY_WRITE_TOKEN',
  'UNLEASH_ADMIN_TOKEN',
] as const;

/** A variable that sitrep.yaml names. */
export type NamedVariable = {
  variable: string;
  /** Where, as a path in the file. */
  named: string;
  writes: boolean;
  /** What a process must do to need it: prepare actions and ask a model, or carry out actions. */
  neededBy: ('work' | 'execute')[];
};

/** The variables that requests and MCP servers are given, with what they are for. */
export function variablesNamedIn(team: {
  http: readonly HttpTemplate[];
  mcp: readonly McpServerConfig[];
}): NamedVariable[] {
  return [...team.http.flatMap(ofRequest), ...team.mcp.flatMap(ofServer)];
}

/** The names, never the values, of the write credentials that the environment holds. */
export function writeCredentialsIn(
  environment: NodeJS.ProcessEnv,
  named: readonly NamedVariable[],
): string[] {
  const all = [...WRITE_VARIABLES, ...named.flatMap((one) => (one.writes ? one.variable : []))];
  return [...new Set(all)].filter((variable) => environment[variable]);
}

/** What the request is sent with writes; what only its read-back is sent with does not. */
function ofRequest({ name, headers, readBack }: HttpTemplate): NamedVariable[] {
  const named = `http.templates.${name}`;
  return [
    ...variablesIn(headers).map((variable) => ({
      variable,
      named,
      writes: true,
      neededBy: ['execute' as const],
    })),
    ...variablesIn(readBack.headers).map((variable) => ({
      variable,
      named: `${named}.read_back`,
      writes: false,
      neededBy: ['work' as const, 'execute' as const],
    })),
  ];
}

function ofServer(server: McpServerConfig): NamedVariable[] {
  const named = `mcp.${server.name}`;
  const write = writes(server);
  const secret = credentialsIn(server.variables);
  return [
    ...Object.values(server.variables).map((variable) => ({
      variable,
      named,
      writes: write && secret.includes(variable),
      neededBy: [write ? ('execute' as const) : ('work' as const)],
    })),
    ...Object.values(write ? (lookingVariables(server) ?? {}) : {}).map((variable) => ({
      variable,
      named,
      writes: false,
      neededBy: ['work' as const],
    })),
  ];
}
