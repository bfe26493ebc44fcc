import type { Action } from '../../incident/action.ts';
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

type Arguments = { namespace: string; deployment: string };

/** Stops a rollout where it stands, as `kubectl rollout pause` does: old and new pods go on side by side. */
export const kubernetesPauseRollout: Tool<'kubernetes.pause_rollout'> = pausing({
  paused: true,
  title: (deployment) => `Pause the rollout of ${deployment}`,
  expectedEffect: 'no further pod is replaced; what has been replaced stays so',
  inverse: (args) => ({ tool: 'kubernetes.resume_rollout', arguments: args }),
});

/** Lets a paused rollout go on, as `kubectl rollout resume` does. */
export const kubernetesResumeRollout: Tool<'kubernetes.resume_rollout'> = pausing({
  paused: false,
  title: (deployment) => `Resume the rollout of ${deployment}`,
  expectedEffect: 'the pods are replaced until all of them run the present template',
  inverse: (args) => ({ tool: 'kubernetes.pause_rollout', arguments: args }),
});

type Kind = {
  paused: boolean;
  title(deployment: string): string;
  expectedEffect: string;
  inverse(args: Arguments): Action;
};

function pausing({ paused, title, expectedEffect, inverse }: Kind) {
  const said = paused ? 'paused' : 'not paused';
  // The server leaves `paused: false` out, so that resuming takes the field away.
  const change: JsonPatch = paused
    ? [{ op: 'add', path: '/spec/paused', value: true }]
    : [{ op: 'remove', path: '/spec/paused' }];
  return {
    version: 1,
    risk: 'low',
    reversible: true,
    delivers: 'effect',
    permissions: PERMISSIONS,
    cancel: 'undo',
    async prepare(args, world, around) {
      const state = await readDeployment(args, world);
      if (state.paused === paused)
        throw new NotApplicable(`The rollout of ${args.deployment} is ${said} already.`);
      const tried = await dryRunOf(args, world, change);
      return {
        title: title(args.deployment),
        target: targetOf(args, state),
        dryRun: `${tried}; ${progress(state)}`,
        expectedEffect,
        inverse: inverse(args),
        blastRadius: reach(args, state.replicas, around),
        // It keeps things from getting worse, or lets them go on; neither makes an alert end by itself.
        actsOnSymptom: false,
      };
    },
    async observe(args, world) {
      return targetOf(args, await readDeployment(args, world));
    },
    async run(args, target, world, permit) {
      await patchUnchanged(args, target, world, permit, change);
    },
    async readBack(args, target, world) {
      const state = await readDeployment(args, world);
      if (isUnchanged(args, state, target))
        return { state: 'not done', text: `${args.deployment} is unchanged` };
      return state.paused === paused
        ? { state: 'done', text: `the rollout of ${args.deployment} is ${said}; ${progress(state)}` }
        : {
            state: 'unclear',
            text: `${args.deployment} was changed by somebody else, and its rollout is not ${said}`,
          };
    },
  } satisfies Tool<'kubernetes.pause_rollout'>;
}
