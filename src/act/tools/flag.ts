import type { ActionOf } from '../../incident/action.ts';
import type { Target } from '../../incident/proposal.ts';
import { joined } from '../../incident/text.ts';
import { NotApplicable, type Tool } from '../tool.ts';
import type { World } from '../world.ts';
import type { FlagState, Flags } from '../world/flags.ts';

type Arguments = ActionOf<'flag.disable'>['arguments'];

/** Turns a feature flag off in the one source that has it. */
export const flagDisable: Tool<'flag.disable'> = switching(false);

/** Turns a feature flag on in the one source that has it. */
export const flagEnable: Tool<'flag.enable'> = switching(true);

function switching(on: boolean): Tool<'flag.disable'> & Tool<'flag.enable'> {
  const state = on ? 'on' : 'off';
  return {
    version: 1,
    risk: 'medium',
    reversible: true,
    permissions: ['write the flag file, or update the environments of feature flags in Unleash'],
    delivers: 'effect',
    cancel: 'undo',
    async prepare(args, world, { service, dependants }) {
      const found = await find(args, world);
      if (found.enabled === on) throw new NotApplicable(`${name(args, found)} is ${state} already.`);
      const touched = service === '' ? [] : [service, ...dependants];
      return {
        title: `Turn ${name(args, found)} ${state}`,
        target: targetOf(args, found),
        dryRun: `not tried; it is ${on ? 'off' : 'on'} now`,
        expectedEffect: on
          ? 'its variants are served again, by its rules'
          : 'everybody gets what the code does without the flag',
        inverse: {
          tool: on ? 'flag.disable' : 'flag.enable',
          // The source is written out: another one may have the flag by then.
          arguments: { ...args, source: found.source },
        },
        blastRadius: {
          text: `everybody who is served by ${name(args, found)}${touched.length > 0 ? `; ${joined(touched)} may read it` : ''}`,
          services: touched,
          units: 1,
        },
        actsOnSymptom: true,
      };
    },
    async observe(args, world) {
      return targetOf(args, await find(args, world));
    },
    async run(args, target, world) {
      const found = await find(args, world);
      const now = targetOf(args, found);
      if (now.identity !== target.identity || now.observedVersion !== target.observedVersion)
        throw new NotApplicable(
          `${now.identity} is now at ${now.observedVersion}, not at ${target.observedVersion}.`,
        );
      await flagsOf(world).set(args.flag, found, on);
    },
    async readBack(args, target, world) {
      const found = await find(args, world);
      if (found.enabled === on) return { state: 'done', text: `${name(args, found)} is ${state}` };
      return targetOf(args, found).observedVersion === target.observedVersion
        ? { state: 'not done', text: `${name(args, found)} is unchanged` }
        : { state: 'unclear', text: `${name(args, found)} was changed by somebody else and is not ${state}` };
    },
  };
}

async function find(args: Arguments, world: World): Promise<FlagState> {
  const [first, ...more] = await flagsOf(world).find(args);
  if (!first) {
    const where = args.source ?? args.environment;
    throw new NotApplicable(
      `No source in sitrep.yaml has the flag ${args.flag}${where === undefined ? '' : ` in ${where}`}.`,
    );
  }
  if (more.length > 0) {
    const sources = joined([first, ...more].map(({ source }) => source));
    throw new NotApplicable(`The flag ${args.flag} is in ${sources}; name the source.`);
  }
  return first;
}

function name({ flag }: Arguments, { source, environment }: FlagState): string {
  return `flag ${flag} of ${source}${environment === null ? '' : ` in ${environment}`}`;
}

function targetOf(args: Arguments, found: FlagState): Target {
  return {
    identity: name(args, found),
    observedVersion: `${found.enabled ? 'on' : 'off'}, version ${found.version}`,
  };
}

function flagsOf(world: World): Flags {
  if (!world.flags)
    throw new NotApplicable(
      'No flags are configured; name where they are under feature_flags in sitrep.yaml.',
    );
  return world.flags;
}
