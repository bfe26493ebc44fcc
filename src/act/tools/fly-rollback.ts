import { digestOf } from '../../incident/canonical.ts';
import type { Target } from '../../incident/proposal.ts';
import { NotApplicable, type Tool } from '../tool.ts';
import type { ReadWorld } from '../world.ts';
import type { FlyConfig, FlyVersion } from '../world/fly.ts';
import { flyOf, isSame, PERMISSIONS, reach, readMachine, refuseChanged, targetOf } from './machine.ts';

type Arguments = { app: string; machine: string; version: string };

/** In the machine's metadata: made from what was consented to, to tell our update from another's. */
const MARK = 'sitrep_rolled_back_for';

/**
 * Puts the image of an earlier version of a machine back, and with it the configuration that it ran with: the
 * old image with the new settings has never run anywhere.
 */
export const flyRollbackImage: Tool<'fly.rollback_image'> = {
  version: 1,
  risk: 'medium',
  reversible: true,
  delivers: 'effect',
  permissions: PERMISSIONS,
  cancel: 'undo',
  async prepare(args, world, around) {
    const machine = await readMachine(args, world);
    const earlier = await versionOf(args, world);
    if (fingerprint(earlier.config) === fingerprint(machine.config))
      throw new NotApplicable(`Machine ${args.machine} already runs what version ${args.version} ran.`);
    return {
      title: `Roll machine ${args.machine} of ${args.app} back to ${earlier.image}`,
      target: await observe(args, world),
      // Fly has no dry run; this is what can be known without writing.
      dryRun: `version ${args.version} is kept; image ${machine.image} → ${earlier.image}`,
      expectedEffect: 'the machine runs the image and configuration that it ran before the change',
      inverse: { tool: 'fly.rollback_image', arguments: { ...args, version: machine.version } },
      blastRadius: await reach(args, world, around),
      actsOnSymptom: true,
    };
  },
  observe,
  async run(args, target, world) {
    const { version } = await readMachine(args, world);
    const { config } = await versionOf(args, world);
    const marked = { ...config, metadata: { ...config.metadata, [MARK]: mark(target) } };
    await flyOf(world).change(
      args.app,
      args.machine,
      { kind: 'update', config: marked, currentVersion: version },
      async () => refuseChanged(await observe(args, world), target),
    );
  },
  async readBack(args, target, world) {
    if (isSame(await observe(args, world), target))
      return { state: 'not done', text: `machine ${args.machine} is unchanged` };
    const machine = await readMachine(args, world);
    return machine.config.metadata[MARK] === mark(target)
      ? { state: 'done', text: `machine ${args.machine} runs ${machine.image} and is ${machine.state}` }
      : {
          state: 'unclear',
          text: `machine ${args.machine} was changed by somebody else and runs ${machine.image}`,
        };
  },
};

async function observe(args: Arguments, world: ReadWorld): Promise<Target> {
  const [machine, earlier] = await Promise.all([readMachine(args, world), versionOf(args, world)]);
  return targetOf(args, machine, `version ${args.version} is configuration ${fingerprint(earlier.config)}`);
}

async function versionOf(args: Arguments, world: ReadWorld): Promise<FlyVersion> {
  const kept = await flyOf(world).versions(args.app, args.machine);
  const found = kept.find((one) => one.version === args.version);
  if (found) return found;
  throw new NotApplicable(`Version ${args.version} of machine ${args.machine} is not kept any more.`);
}

/** The configuration without our mark, which says nothing of what runs. */
function fingerprint(config: FlyConfig): string {
  const metadata = Object.fromEntries(Object.entries(config.metadata).filter(([key]) => key !== MARK));
  return digestOf({ ...config, metadata }).slice(0, 16);
}

function mark(target: Target): string {
  return digestOf(target).slice(0, 16);
}
