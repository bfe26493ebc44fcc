import type { ActionOf } from '../../incident/action.ts';
import type { Target } from '../../incident/proposal.ts';
import { joined } from '../../incident/text.ts';
import { NotApplicable, type Tool } from '../tool.ts';
import type { World } from '../world.ts';
import type { FilledRequest } from '../world/http.ts';

type Arguments = ActionOf<'http.request'>['arguments'];

/** Sends one of the requests that sitrep.yaml describes, to a host that it names. */
export const httpRequest: Tool<'http.request'> = {
  version: 1,
  // The template says what it really is; what is unknown counts as the worst.
  risk: 'high',
  reversible: false,
  permissions: ['what the headers of the template in sitrep.yaml give'],
  delivers: 'effect',
  cancel: 'undo',
  async prepare(args, world, { service, dependants }) {
    const request = requestOf(args, world);
    const { asWanted, seen } = await request.look();
    if (asWanted) throw new NotApplicable(`It is as “${args.template}” would have it: ${seen}.`);
    const { host } = new URL(request.url);
    const touched = service === '' ? [] : [service, ...dependants];
    return {
      title: `Send “${args.template}” to ${host}`,
      target: targetOf(args, request, seen),
      dryRun: `${request.method} ${request.url}${request.body === null ? '' : ` with ${request.body}`}; nothing was sent, and the read-back saw ${seen}`,
      expectedEffect: 'the read-back of the template holds',
      inverse: request.inverse && { tool: 'http.request', arguments: request.inverse },
      blastRadius: {
        text: `one request to ${host}${touched.length > 0 ? `; ${joined(touched)} may notice` : ''}`,
        services: touched,
        units: 1,
      },
      actsOnSymptom: true,
      risk: request.risk,
      reversible: request.inverse !== null,
    };
  },
  async observe(args, world) {
    const request = requestOf(args, world);
    return targetOf(args, request, (await request.look()).seen);
  },
  async run(args, target, world, { key }) {
    const request = requestOf(args, world);
    const { seen } = await request.look();
    const now = targetOf(args, request, seen);
    if (now.observedVersion !== target.observedVersion)
      throw new NotApplicable(
        `${now.identity} is now at ${now.observedVersion}, not at ${target.observedVersion}.`,
      );
    await request.send(key);
  },
  async readBack(args, target, world) {
    const request = requestOf(args, world);
    const { asWanted, seen } = await request.look();
    if (asWanted) return { state: 'done', text: `the read-back holds: ${seen}` };
    const isUnchanged = targetOf(args, request, seen).observedVersion === target.observedVersion;
    // Where a second request does harm, no sign of the first is no leave to send another.
    return isUnchanged && request.repeatable
      ? { state: 'not done', text: `the read-back still sees ${seen}` }
      : { state: 'unclear', text: `the read-back does not hold: ${seen}` };
  },
};

function requestOf({ template, values }: Arguments, world: World): FilledRequest {
  if (!world.http)
    throw new NotApplicable('No request is configured; describe it under http.templates in sitrep.yaml.');
  const filled = world.http.fill(template, values);
  if ('mistake' in filled) throw new NotApplicable(filled.mistake);
  return filled;
}

function targetOf({ template }: Arguments, { definition, url }: FilledRequest, seen: string): Target {
  return {
    identity: `request ${template} to ${url}`,
    observedVersion: `${seen}, template ${definition}`,
  };
}
