import { z } from 'zod';
import type { Risk } from '../incident/action.ts';
import { mcpServerName, mcpToolName } from '../incident/actions/mcp.ts';
import type { Json } from '../incident/canonical.ts';
import { secretArgument, secretInAddress, secretInJson, writtenOut } from './literal-secret.ts';

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable');
const template = z.record(z.string(), z.json());

const toolSchema = z.strictObject({
  pin: z.string().regex(/^[0-9a-f]{64}$/, 'what “sitrep mcp pin SERVER TOOL” prints'),
  writes: z.boolean().default(false),
  risk: z.enum(['low', 'medium', 'high']).default('high'),
  reversible: z.boolean().default(false),
  repeatable: z.boolean().default(false),
  services: z.array(z.string()).min(1).optional(),
  inverse: z.strictObject({ tool: mcpToolName, arguments: template }).optional(),
  read_back: z
    .strictObject({
      tool: mcpToolName,
      arguments: template.default({}),
      expect: z.union([
        z.strictObject({ contains: z.string().min(1) }),
        z.strictObject({
          pointer: z.string().regex(/^(\/[^/]*)*$/, 'a JSON pointer such as /state'),
          equals: z.union([z.string(), z.number(), z.boolean()]).transform(String),
        }),
      ]),
    })
    .optional(),
});

const tools = z.record(mcpToolName, toolSchema).default({});

const headersFrom = z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9-]*$/), variable);

const serverSchema = z.strictObject({
  command: z.array(z.string().min(1)).min(1).optional(),
  env: z.array(variable).default([]),
  url: z.url({ protocol: /^https?$/ }).optional(),
  headers_from: headersFrom.default({}),
  read_env: z.record(variable, variable).optional(),
  read_headers_from: headersFrom.optional(),
  allow_private: z.boolean().default(false),
  tools,
});

type Servers = Record<string, z.infer<typeof serverSchema>>;

/** `mcp` in sitrep.yaml: servers, and of each the tools that exist for Sitrep. */
export const mcpSchema = z
  .record(mcpServerName, serverSchema)
  .default({})
  .superRefine((servers, context) => {
    for (const { path, message } of mistakes(servers)) context.addIssue({ code: 'custom', path, message });
  });

export type McpToolConfig = {
  name: string;
  /** SHA-256 of what a person has looked at. */
  pin: string;
  writes: boolean;
  risk: Risk;
  reversible: boolean;
  /** Whether calling it twice does no harm. */
  repeatable: boolean;
  /** The services that it may be called for; null for all. */
  services: string[] | null;
  inverse: { tool: string; arguments: Record<string, Json> } | null;
  readBack: {
    tool: string;
    arguments: Record<string, Json>;
    expect: { contains: string } | { pointer: string; equals: string };
  } | null;
};

export type McpPlace =
  { kind: 'stdio'; command: string[] } | { kind: 'http'; url: string; allowPrivate: boolean };

/** What a server is given: by the name of its variable or header, the name of ours. */
export type McpVariables = Record<string, string>;

export type McpServerConfig = {
  name: string;
  place: McpPlace;
  variables: McpVariables;
  /** What it is given by a process that may not write; null where nothing is said of that. */
  readVariables: McpVariables | null;
  tools: McpToolConfig[];
};

/** Whether the code that acts has it to itself: no server with a tool that writes is ever asked for a model. */
export function writes({ tools: all }: McpServerConfig): boolean {
  return all.some((tool) => tool.writes);
}

export function mcpServersOf(servers: Servers): McpServerConfig[] {
  return Object.entries(servers).map(([name, server]) => ({
    name,
    place: placeOf(server),
    variables:
      server.url === undefined
        ? Object.fromEntries(server.env.map((one) => [one, one]))
        : server.headers_from,
    readVariables: (server.url === undefined ? server.read_env : server.read_headers_from) ?? null,
    tools: Object.entries(server.tools).map(
      ([tool, { read_back: readBack, inverse, services, ...rest }]) => ({
        name: tool,
        ...rest,
        services: services ?? null,
        inverse: inverse ?? null,
        readBack: readBack ?? null,
      }),
    ),
  }));
}

function placeOf({ command = [], url, allow_private: allowPrivate }: Servers[string]): McpPlace {
  return url === undefined ? { kind: 'stdio', command } : { kind: 'http', url, allowPrivate };
}

/** Services of tools that are not declared, with their paths. */
export function* mcpServices(servers: Servers): Iterable<{ path: string[]; services: string[] }> {
  for (const [server, { tools: all }] of Object.entries(servers))
    for (const [tool, { services = [] }] of Object.entries(all))
      yield { path: ['mcp', server, 'tools', tool, 'services'], services };
}

function* mistakes(servers: Servers): Iterable<{ path: (string | number)[]; message: string }> {
  for (const [name, server] of Object.entries(servers)) {
    const { url } = server;
    if ((server.command === undefined) === (url === undefined))
      yield { path: [name], message: 'has either a command or a url; write one of them' };
    if (url?.startsWith('http:') && !(server.allow_private && isLoopback(url)))
      yield {
        path: [name, 'url'],
        message: 'must be https://, or http:// to this machine together with allow_private: true',
      };
    const where = url === undefined ? null : secretInAddress(url);
    if (where !== null) yield { path: [name, 'url'], message: written(where, 'headers_from') };
    const argument = secretArgument(server.command ?? []);
    if (argument !== null)
      yield {
        path: [name, 'command', argument],
        message: written('in it', 'env, and let the server read it there'),
      };
    const reads = url === undefined ? 'read_env' : 'read_headers_from';
    for (const key of ['read_env', 'read_headers_from'] as const) {
      if (server[key] === undefined) continue;
      if (key !== reads)
        yield { path: [name, key], message: `has no meaning here; a server like this takes ${reads}` };
      else if (!Object.values(server.tools).some((one) => one.writes))
        yield { path: [name, key], message: 'is for servers with a tool that writes; remove it' };
    }
    for (const [tool, one] of Object.entries(server.tools)) {
      const path = [name, 'tools', tool];
      const secret = secretInJson({ inverse: one.inverse?.arguments, read_back: one.read_back?.arguments });
      if (secret) yield { path: [...path, ...secret.path], message: written('in it', 'headers_from or env') };
      const named = (other: string) => (Object.hasOwn(server.tools, other) ? server.tools[other] : undefined);
      if (!one.writes && (one.read_back || one.inverse))
        yield {
          path,
          message: 'has read_back or inverse but does not write; say writes: true or remove them',
        };
      if (one.reversible && !one.inverse)
        yield { path: [...path, 'reversible'], message: 'needs an inverse; name one or remove it' };
      if (one.read_back && named(one.read_back.tool)?.writes !== false)
        yield {
          path: [...path, 'read_back', 'tool'],
          message: 'must be a tool of this server that only reads',
        };
      if (one.inverse && named(one.inverse.tool)?.writes !== true)
        yield { path: [...path, 'inverse', 'tool'], message: 'must be a tool of this server that writes' };
    }
  }
}

function written(where: string, instead: string): string {
  return writtenOut(` ${where}`, `name a variable under ${instead}`);
}

function isLoopback(url: string): boolean {
  return ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(url).hostname);
}
