import { counted } from '../../incident/text.ts';
import { NotApplicable, type Tool } from '../tool.ts';
import type { JsonPatch } from '../world/cluster.ts';
import {
  dryRunOf,
  isUnchanged,
  PERMISSIONS,
  patchUnchanged,
  progress,
  reach,
  readDeployment,
  targetOf,
} from './deployment.ts';

/** Sets the number of replicas of a deployment. */
export const kubernetesScale: Tool<'kubernetes.scale'> = {
  version: 1,
  risk: 'low',
  reversible: true,
  permissions: PERMISSIONS,
  delivers: 'effect',
  cancel: 'undo',
  async prepare(args, world, around) {
    const state = await readDeployment(args, world);
    if (state.replicas === args.replicas)
      throw new NotApplicable(`${args.deployment} already has ${counted(args.replicas, 'replica')}.`);
    const tried = await dryRunOf(args, world, change(args.replicas));
    return {
      title: `Scale ${args.deployment} from ${state.replicas} to ${args.replicas} replicas`,
      target: targetOf(args, state),
      dryRun: `${tried}; replicas ${state.replicas} → ${args.replicas}`,
      expectedEffect:
        args.replicas > state.replicas
          ? 'the load is shared by more replicas'
          : 'fewer replicas share the load',
      inverse: { tool: 'kubernetes.scale', arguments: { ...args, replicas: state.replicas } },
      blastRadius: reach(args, Math.max(state.replicas, args.replicas), around),
      settles: true,
      actsOnSymptom: true,
    };
  },
  async observe(args, world) {
    return targetOf(args, await readDeployment(args, world));
  },
  async run(args, target, world, permit) {
    await patchUnchanged(args, target, world, permit, change(args.replicas));
  },
  async readBack(args, target, world) {
    const state = await readDeployment(args, world);
    if (isUnchanged(args, state, target))
      return { state: 'not done', text: `${args.deployment} is unchanged` };
    return state.replicas === args.replicas
      ? {
          state: 'done',
          text: `${args.deployment} is set to ${counted(args.replicas, 'replica')}; ${progress(state)}`,
          settled: state.settled,
        }
      : {
          state: 'unclear',
          text: `${args.deployment} was changed by somebody else and has ${counted(state.replicas, 'replica')}`,
        };
  },
};

function change(replicas: number): JsonPatch {
  return [{ op: 'replace', path: '/spec/replicas', value: replicas }];
}
