import type { ActionOf } from '../../incident/action.ts';
import type { Target } from '../../incident/proposal.ts';
import { joined } from '../../incident/text.ts';
import { NotApplicable, type Tool } from '../tool.ts';
import type { McpArguments, McpCall } from '../world/mcp.ts';

type Arguments = ActionOf<'mcp.call'>['arguments'];

/** Calls a tool of an MCP server that sitrep.yaml allows to write, as long as it is the one that a person has pinned. */
export const mcpCall: Tool<'mcp.call'> = {
  version: 1,
  // The configuration says what it really is; what is unknown counts as the worst.
  risk: 'high',
  reversible: false,
  permissions: ['what the environment and headers of the server in sitrep.yaml give'],
  delivers: 'effect',
  cancel: 'wait',
  async prepare(args, world, { service, dependants }) {
    const call = await callOf(args, world);
    const name = `${args.tool} of ${args.server}`;
    if (call.services !== null && !call.services.includes(service))
      throw new NotApplicable(
        `${name} may be called for ${joined(call.services) || 'no service'} only, not for ${service || 'none'}.`,
      );
    const look = await call.look?.();
    if (look?.asWanted) throw new NotApplicable(`It is as ${name} would have it: ${look.seen}.`);
    const touched = service === '' ? [] : [service, ...dependants];
    return {
      title: `Call ${name}${service === '' ? '' : ` for ${service}`}`,
      target: targetOf(args, call, look?.seen ?? null),
      dryRun: `the tool is as it was pinned and the arguments fit its schema; ${look ? `the read-back saw ${look.seen}` : 'nothing can be read back'}`,
      expectedEffect: look
        ? 'the read-back that is configured holds'
        : 'unknown to Sitrep: no read-back is configured, so people must look themselves',
      inverse: call.inverse && { tool: 'mcp.call', arguments: { server: args.server, ...call.inverse } },
      blastRadius: {
        text: `whatever ${name} can reach${touched.length > 0 ? `; ${joined(touched)} may notice` : ''}`,
        services: touched,
        units: 1,
      },
      actsOnSymptom: true,
      risk: call.risk,
      reversible: call.reversible,
      cancel: call.inverse ? 'undo' : 'wait',
    };
  },
  async observe(args, world) {
    const call = await callOf(args, world);
    return targetOf(args, call, (await call.look?.())?.seen ?? null);
  },
  async run(args, target, world, { key }) {
    const call = await callOf(args, world);
    const now = targetOf(args, call, (await call.look?.())?.seen ?? null);
    if (now.observedVersion !== target.observedVersion)
      throw new NotApplicable(
        `${now.identity} is now at ${now.observedVersion}, not at ${target.observedVersion}.`,
      );
    await call.send(key);
  },
  async readBack(args, target, world) {
    const call = await callOf(args, world);
    if (!call.look)
      return { state: 'unclear', text: 'no read-back is configured for this tool; look for yourself' };
    const { asWanted, seen } = await call.look();
    if (asWanted) return { state: 'done', text: `the read-back holds: ${seen}` };
    const isUnchanged = targetOf(args, call, seen).observedVersion === target.observedVersion;
    // Where a second call does harm, no sign of the first is no leave to make another.
    return isUnchanged && call.repeatable
      ? { state: 'not done', text: `the read-back still sees ${seen}` }
      : { state: 'unclear', text: `the read-back does not hold: ${seen}` };
  },
};

type Prepares<C> = {
  prepare(server: string, tool: string, given: McpArguments): Promise<C | { mistake: string }>;
};

async function callOf<C extends object>(args: Arguments, world: { mcp: Prepares<C> | null }): Promise<C> {
  if (!world.mcp)
    throw new NotApplicable('No MCP server with tools that write is configured; see docs/mcp.md.');
  const call = await world.mcp.prepare(args.server, args.tool, args.arguments);
  if ('mistake' in call) throw new NotApplicable(call.mistake);
  return call;
}

function targetOf(
  { server, tool }: Arguments,
  { definition }: Pick<McpCall, 'definition'>,
  seen: string | null,
): Target {
  return {
    identity: `MCP tool ${server}/${tool}`,
    observedVersion: `${seen === null ? '' : `${seen}, `}definition ${definition}`,
  };
}
