import type { BlastRadius } from '../../incident/action.ts';
import type { Target } from '../../incident/proposal.ts';
import { joined } from '../../incident/text.ts';
import { NotApplicable, type Surroundings } from '../tool.ts';
import type { ReadWorld } from '../world.ts';
import type { FlyMachine } from '../world/fly.ts';

/** Fly's tokens go no finer than this. */
export const PERMISSIONS = ['a deploy token of the app'];

type Arguments = { app: string; machine: string };

export function flyOf<T>(world: { fly: T | null }): T {
  if (!world.fly)
    throw new NotApplicable(
      'Fly is not configured; set FLY_API_TOKEN, and fly.app of a service in sitrep.yaml.',
    );
  return world.fly;
}

export async function readMachine(args: Arguments, world: ReadWorld): Promise<FlyMachine> {
  const found = await flyOf(world).machine(args.app, args.machine);
  if (!found) throw new NotApplicable(`There is no machine ${args.machine} in app ${args.app}.`);
  return found;
}

/** `detail` is what the tool itself depends on besides the configuration. */
export function targetOf(args: Arguments, machine: FlyMachine, detail: string): Target {
  return {
    identity: `machine ${args.machine} of app ${args.app}`,
    observedVersion: `version ${machine.version}, ${detail}`,
  };
}

export function isSame(a: Target, b: Target): boolean {
  return a.identity === b.identity && a.observedVersion === b.observedVersion;
}

/** Throws where the target is not the one that was consented to. */
export function refuseChanged(now: Target, consented: Target): void {
  if (isSame(now, consented)) return;
  throw new NotApplicable(
    `${now.identity} is now at ${now.observedVersion}, not at ${consented.observedVersion} of ${consented.identity}.`,
  );
}

/** “machine 148e of app shop-web, 1 of 3; shopfront depends on it”. */
export async function reach(args: Arguments, world: ReadWorld, around: Surroundings): Promise<BlastRadius> {
  const { dependants, service } = around;
  const all = await flyOf(world).machines(args.app);
  const depends = dependants.length === 1 ? 'depends' : 'depend';
  const above =
    dependants.length > 0 ? `; ${joined(dependants)} ${depends} on it` : '; nothing declared depends on it';
  return {
    text: `machine ${args.machine} of app ${args.app}, 1 of ${all.length}${above}`,
    services: [service || args.app, ...dependants],
    units: 1,
  };
}
