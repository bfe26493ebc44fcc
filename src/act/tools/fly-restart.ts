import type { Target } from '../../incident/proposal.ts';
import { NotApplicable, type Tool } from '../tool.ts';
import type { ReadWorld } from '../world.ts';
import { flyOf, isSame, PERMISSIONS, reach, readMachine, refuseChanged, targetOf } from './machine.ts';

type Arguments = { app: string; machine: string };

/** Restarts one machine; its file system begins anew, as with a deployment. */
export const flyRestartMachine: Tool<'fly.restart_machine'> = {
  version: 1,
  risk: 'low',
  // What stood in its file system is gone, which nothing puts back.
  reversible: false,
  delivers: 'effect',
  permissions: PERMISSIONS,
  cancel: 'wait',
  async prepare(args, world, around) {
    const machine = await readMachine(args, world);
    if (machine.state !== 'started')
      throw new NotApplicable(
        `Machine ${args.machine} is ${machine.state}; only a started one can be restarted.`,
      );
    return {
      title: `Restart machine ${args.machine} of ${args.app} (${machine.region})`,
      target: await observe(args, world),
      // Fly has no dry run; this is what can be known without writing.
      dryRun: `the machine is started, runs ${machine.image} and can be restarted`,
      expectedEffect: 'leaked memory, stuck connections and stuck loops are gone',
      inverse: null,
      blastRadius: await reach(args, world, around),
      actsOnSymptom: true,
    };
  },
  observe,
  async run(args, target, world) {
    await flyOf(world).change(args.app, args.machine, { kind: 'restart' }, async () =>
      refuseChanged(await observe(args, world), target),
    );
  },
  async readBack(args, target, world) {
    if (isSame(await observe(args, world), target))
      return { state: 'not done', text: `nobody has asked anything of machine ${args.machine} since` };
    const machine = await readMachine(args, world);
    const sameVersion = target.observedVersion.startsWith(`version ${machine.version},`);
    return sameVersion && machine.lastRequest?.type === 'restart'
      ? { state: 'done', text: `machine ${args.machine} was restarted and is ${machine.state}` }
      : { state: 'unclear', text: `machine ${args.machine} was changed by somebody else in the meantime` };
  },
};

/**
 * A restart changes no version. What people consent to is therefore also the last request that anybody made;
 * what befalls a failing machine, such as an exit, is not one, so that the consent outlives it.
 */
async function observe(args: Arguments, world: ReadWorld): Promise<Target> {
  const machine = await readMachine(args, world);
  return targetOf(args, machine, `last request ${machine.lastRequest?.id ?? 'none'}`);
}
