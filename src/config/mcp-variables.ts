import { writes, type McpServerConfig, type McpVariables } from './mcp.ts';

/** A server, and what it is given: variables of a process, or headers. */
export type ConfiguredMcpServer = Pick<McpServerConfig, 'name' | 'place' | 'tools'> & {
  secrets: Record<string, string>;
};

/** Both ways to ask a server; null where this process lacks what that takes. */
export type ConfiguredMcp = {
  server: McpServerConfig;
  /** With everything that it may be given. */
  full: ConfiguredMcpServer | null;
  /** With what only reads. */
  reading: ConfiguredMcpServer | null;
};

/** What every process has, and nobody can write with. */
const NO_CREDENTIALS = ['PATH', 'HOME', 'USER', 'LANG', 'TZ', 'TMPDIR', 'NODE_EXTRA_CA_CERTS'];

/** Our variables that are credentials, as far as can be known. */
export function credentialsIn(variables: McpVariables): string[] {
  return Object.values(variables).filter((name) => !NO_CREDENTIALS.includes(name));
}

/**
 * What a server is given by a process that only looks; null where its one credential writes. One that has no tool that
 * writes, or no credential, is the same for everybody.
 */
export function lookingVariables(server: McpServerConfig): McpVariables | null {
  if (server.readVariables) return server.readVariables;
  return writes(server) && credentialsIn(server.variables).length > 0 ? null : server.variables;
}

/** Looks the variables up; `valueOf` knows no value for one that this process does not have. */
export function withVariables(
  server: McpServerConfig,
  valueOf: (name: string) => string | undefined,
): ConfiguredMcp {
  const { name, place, tools: all } = server;
  const given = (variables: McpVariables | null): ConfiguredMcpServer | null => {
    if (!variables) return null;
    const secrets: Record<string, string> = {};
    for (const [theirs, ours] of Object.entries(variables)) {
      const value = valueOf(ours);
      if (value === undefined) return null;
      secrets[theirs] = value;
    }
    return { name, place, tools: all, secrets };
  };
  const full = given(server.variables);
  const looking = lookingVariables(server);
  // Where one process does everything, a server without variables for reading is asked with the others.
  return { server, full, reading: looking && looking !== server.variables ? given(looking) : full };
}
