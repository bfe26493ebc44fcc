import type { Action } from '../../incident/action.ts';
import { NotApplicable, type Tool } from '../tool.ts';
import type { ReadWorld } from '../world.ts';
import type { FlyMachine } from '../world/fly.ts';
import { flyOf, isSame, PERMISSIONS, reach, readMachine, refuseChanged, targetOf } from './machine.ts';

type Arguments = { app: string; machine: string };

/** Keeps Fly's proxy from sending a machine anything; it runs on. */
export const flyCordonMachine: Tool<'fly.cordon_machine'> = cordoning({
  cordoned: true,
  title: (args) => `Cordon machine ${args.machine} of ${args.app}`,
  expectedEffect: 'Fly’s proxy sends its requests to the other machines; it runs on and can be looked at',
  inverse: (args) => ({ tool: 'fly.uncordon_machine', arguments: args }),
});

/** Lets Fly's proxy use a machine again. */
export const flyUncordonMachine: Tool<'fly.uncordon_machine'> = cordoning({
  cordoned: false,
  title: (args) => `Uncordon machine ${args.machine} of ${args.app}`,
  expectedEffect: 'Fly’s proxy sends requests to it again',
  inverse: (args) => ({ tool: 'fly.cordon_machine', arguments: args }),
});

type Kind = {
  cordoned: boolean;
  title(args: Arguments): string;
  expectedEffect: string;
  inverse(args: Arguments): Action;
};

function cordoning({ cordoned, title, expectedEffect, inverse }: Kind) {
  const observe = async (args: Arguments, world: ReadWorld) => {
    const machine = await readMachine(args, world);
    return targetOf(args, machine, inWords(machine.cordoned));
  };
  return {
    version: 1,
    risk: 'low',
    reversible: true,
    delivers: 'effect',
    permissions: PERMISSIONS,
    cancel: 'undo',
    async prepare(args, world, around) {
      const machine = await readMachine(args, world);
      if (machine.cordoned === cordoned)
        throw new NotApplicable(`Machine ${args.machine} is ${inWords(cordoned)} already.`);
      const others = (await flyOf(world).machines(args.app)).filter((one) => serves(one, machine));
      if (cordoned && others.length === 0)
        throw new NotApplicable(
          `No other machine of ${args.app} serves requests; cordoning this one would end them.`,
        );
      return {
        title: title(args),
        target: await observe(args, world),
        // Fly has no dry run; this is what can be known without writing.
        dryRun: `the machine is ${machine.state} and ${inWords(machine.cordoned)}; ${others.length} others serve requests`,
        expectedEffect,
        inverse: inverse(args),
        blastRadius: await reach(args, world, around),
        actsOnSymptom: true,
      };
    },
    observe,
    async run(args, target, world) {
      const kind = cordoned ? 'cordon' : 'uncordon';
      await flyOf(world).change(args.app, args.machine, { kind }, async () =>
        refuseChanged(await observe(args, world), target),
      );
    },
    async readBack(args, target, world) {
      const now = await observe(args, world);
      if (isSame(now, target)) return { state: 'not done', text: `machine ${args.machine} is unchanged` };
      const expected = target.observedVersion.replace(inWords(!cordoned), inWords(cordoned));
      return now.observedVersion === expected
        ? { state: 'done', text: `machine ${args.machine} is ${inWords(cordoned)}` }
        : { state: 'unclear', text: `machine ${args.machine} was changed by somebody else in the meantime` };
    },
  } satisfies Tool<'fly.cordon_machine'>;
}

function inWords(cordoned: boolean): string {
  return cordoned ? 'cordoned' : 'in service';
}

function serves(one: FlyMachine, instead: FlyMachine): boolean {
  return one.id !== instead.id && one.group === instead.group && one.state === 'started' && !one.cordoned;
}
