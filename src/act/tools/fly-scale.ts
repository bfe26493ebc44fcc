import type { Target } from '../../incident/proposal.ts';
import { counted } from '../../incident/text.ts';
import { NotApplicable, type Tool } from '../tool.ts';
import type { ReadWorld } from '../world.ts';
import type { FlyMachine } from '../world/fly.ts';
import { flyOf, PERMISSIONS, reach, readMachine, refuseChanged, targetOf } from './machine.ts';

type Arguments = { app: string; group: string; count: number };

/**
 * One machine of a process group more, or one less. Fly knows no count: machines are started, stopped, made and
 * destroyed one at a time. This starts one that stands still or stops one that runs. Making and destroying are
 * left to deployments, because a machine that is destroyed cannot be had back; and one action is one write, so
 * that each is consented to and read back by itself.
 */
export const flyScale: Tool<'fly.scale'> = {
  version: 1,
  risk: 'low',
  reversible: true,
  delivers: 'effect',
  permissions: PERMISSIONS,
  cancel: 'undo',
  async prepare(args, world, around) {
    const { machine, kind, running } = await choose(args, world);
    return {
      title: `${kind === 'start' ? 'Start' : 'Stop'} a machine of ${args.app}: ${running} → ${args.count} of ${args.group}`,
      target: await observe(args, world),
      // Fly has no dry run; this is what can be known without writing.
      dryRun: `machine ${machine.id} (${machine.region}) is ${machine.state} and would be ${kind === 'start' ? 'started' : 'stopped'}`,
      expectedEffect:
        kind === 'start' ? 'the load is shared by more machines' : 'fewer machines share the load',
      inverse: { tool: 'fly.scale', arguments: { ...args, count: running } },
      blastRadius: await reach({ app: args.app, machine: machine.id }, world, around),
      actsOnSymptom: true,
    };
  },
  observe,
  async run(args, target, world) {
    const { machine, kind } = await choose(args, world);
    await flyOf(world).change(args.app, machine.id, { kind }, async () =>
      refuseChanged(await observe(args, world), target),
    );
  },
  async readBack(args, target, world) {
    const id = /^machine (\S+) of /.exec(target.identity)?.[1] ?? '';
    const machine = await readMachine({ app: args.app, machine: id }, world);
    const running = (await groupOf(args, world)).filter(isRunning).length;
    const text = `machine ${id} is ${machine.state}; ${counted(running, 'machine')} of ${args.group} running`;
    const wasRunning = target.observedVersion.includes(', running;');
    if (!target.observedVersion.startsWith(`version ${machine.version},`))
      return { state: 'unclear', text: `machine ${id} was changed by somebody else; ${text}` };
    return isRunning(machine) === wasRunning ? { state: 'not done', text } : { state: 'done', text };
  },
};

/** Which machine is meant follows from the group as it is; people consent to the one that their card names. */
async function observe(args: Arguments, world: ReadWorld): Promise<Target> {
  const { machine, running } = await choose(args, world);
  const state = isRunning(machine) ? 'running' : 'standing still';
  return targetOf(
    { app: args.app, machine: machine.id },
    machine,
    `${state}; ${running} of ${args.group} run`,
  );
}

type Choice = { machine: FlyMachine; kind: 'start' | 'stop'; running: number };

async function choose(args: Arguments, world: ReadWorld): Promise<Choice> {
  const group = await groupOf(args, world);
  const running = group.filter(isRunning).length;
  const step = args.count - running;
  if (step === 0) throw new NotApplicable(`${counted(running, 'machine')} of ${args.group} run already.`);
  if (Math.abs(step) > 1)
    throw new NotApplicable(
      `${counted(running, 'machine')} of ${args.group} run, and one action starts or stops one; ask for ${running + Math.sign(step)} first.`,
    );
  const byId = group.sort((a, b) => a.id.localeCompare(b.id));
  const machine = step > 0 ? byId.find(standsStill) : worst(byId.filter((one) => one.state === 'started'));
  if (machine) return { machine, kind: step > 0 ? 'start' : 'stop', running };
  throw new NotApplicable(
    step > 0
      ? `No machine of ${args.group} stands still; more are made by \`fly scale count\`.`
      : `No machine of ${args.group} can be stopped now.`,
  );
}

async function groupOf(args: Arguments, world: ReadWorld): Promise<FlyMachine[]> {
  const group = (await flyOf(world).machines(args.app)).filter((one) => one.group === args.group);
  if (group.length > 0) return group;
  throw new NotApplicable(`App ${args.app} has no machines of process group ${args.group}.`);
}

const STANDING_STILL = ['stopped', 'suspended', 'created'];

function standsStill(machine: FlyMachine): boolean {
  return STANDING_STILL.includes(machine.state);
}

function isRunning(machine: FlyMachine): boolean {
  return !standsStill(machine) && !['stopping', 'suspending', 'failed'].includes(machine.state);
}

/** The one that is missed least: its checks fail, it is cordoned, or else it is the last by id. */
function worst(machines: FlyMachine[]): FlyMachine | undefined {
  return machines
    .toSorted((a, b) => a.failingChecks - b.failingChecks || Number(a.cordoned) - Number(b.cordoned))
    .at(-1);
}
