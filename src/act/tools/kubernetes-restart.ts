import { digestOf } from '../../incident/canonical.ts';
import type { Target } from '../../incident/proposal.ts';
import { type Tool } from '../tool.ts';
import type { JsonPatch } from '../world/cluster.ts';
import {
  dryRunOf,
  isUnchanged,
  PERMISSIONS,
  patchUnchanged,
  progress,
  reach,
  readDeployment,
  refusePaused,
  targetOf,
} from './deployment.ts';

const ANNOTATION = 'sitrep.dev/restarted-for';

/** Replaces every pod of a deployment one after the other, as `kubectl rollout restart` does. */
export const kubernetesRestart: Tool<'kubernetes.restart'> = {
  version: 1,
  risk: 'low',
  // It changes nothing that would have to be put back.
  reversible: true,
  permissions: PERMISSIONS,
  delivers: 'effect',
  cancel: 'wait',
  async prepare(args, world, around) {
    const state = await readDeployment(args, world);
    refusePaused(args, state);
    const target = targetOf(args, state);
    const tried = await dryRunOf(args, world, change(state.template, target));
    return {
      title: `Restart ${args.deployment}`,
      target,
      dryRun:
        state.replicas === 1
          ? `${tried}; 1 pod would be replaced`
          : `${tried}; ${state.replicas} pods would be replaced one by one`,
      expectedEffect: 'leaked memory, stuck connections and stuck loops are gone',
      // A restart changes nothing that could be put back.
      inverse: null,
      blastRadius: reach(args, state.replicas, around),
      settles: true,
      actsOnSymptom: true,
    };
  },
  async observe(args, world) {
    return targetOf(args, await readDeployment(args, world));
  },
  async run(args, target, world, permit) {
    const { template } = await readDeployment(args, world);
    await patchUnchanged(args, target, world, permit, change(template, target));
  },
  async readBack(args, target, world) {
    const state = await readDeployment(args, world);
    if (isUnchanged(args, state, target))
      return { state: 'not done', text: `${args.deployment} is unchanged` };
    return markOf(state.template) === mark(target)
      ? {
          state: 'done',
          text: `${args.deployment} is being restarted; ${progress(state)}`,
          settled: state.settled,
        }
      : { state: 'unclear', text: `${args.deployment} was changed by somebody else in the meantime` };
  },
};

// The mark is made from what was consented to, so that reading back can tell our restart from another's.
function mark(target: Target): string {
  return digestOf(target).slice(0, 16);
}

function change(template: unknown, target: Target): JsonPatch {
  return [{ op: 'replace', path: '/spec/template', value: withAnnotation(template, mark(target)) }];
}

function withAnnotation(template: unknown, value: string): unknown {
  const { metadata, ...rest } = template as { metadata?: { annotations?: Record<string, string> } };
  return {
    ...rest,
    metadata: { ...metadata, annotations: { ...metadata?.annotations, [ANNOTATION]: value } },
  };
}

function markOf(template: unknown): string | undefined {
  return (template as { metadata?: { annotations?: Record<string, string> } }).metadata?.annotations?.[
    ANNOTATION
  ];
}
