import type { Target } from '../../incident/proposal.ts';
import { templateHash } from '../../incident/template-hash.ts';
import { NotApplicable, type Tool } from '../tool.ts';
import type { ReadWorld } from '../world.ts';
import type { DeploymentState, JsonPatch, Revision } from '../world/cluster.ts';
import {
  clusterOf,
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

type Arguments = { namespace: string; deployment: string; revision: number };

/** Puts the pod template of an earlier revision back, as `kubectl rollout undo --to-revision` does. */
export const kubernetesRollback: Tool<'kubernetes.rollback'> = {
  version: 1,
  risk: 'medium',
  reversible: true,
  permissions: PERMISSIONS,
  delivers: 'effect',
  cancel: 'undo',
  async prepare(args, world, around) {
    const state = await readDeployment(args, world);
    refusePaused(args, state);
    const revision = await revisionOf(args, world);
    if (templateHash(revision.template) === templateHash(state.template)) {
      throw new NotApplicable(`${args.deployment} already runs the template of revision ${args.revision}.`);
    }
    const tried = await dryRunOf(args, world, change(revision, state));
    return {
      title: `Roll ${args.deployment} back to revision ${args.revision} (${revision.images.join(', ')})`,
      target: withTemplate(targetOf(args, state), revision),
      dryRun: `${tried}; images ${state.images.join(', ')} → ${revision.images.join(', ')}`,
      expectedEffect: `${args.deployment} runs what revision ${args.revision} ran before the change`,
      inverse: { tool: 'kubernetes.rollback', arguments: { ...args, revision: state.revision } },
      blastRadius: reach(args, state.replicas, around),
      settles: true,
      actsOnSymptom: true,
    };
  },
  async observe(args, world) {
    return withTemplate(targetOf(args, await readDeployment(args, world)), await revisionOf(args, world));
  },
  async run(args, target, world, permit) {
    const [state, revision] = await Promise.all([readDeployment(args, world), revisionOf(args, world)]);
    await patchUnchanged(args, target, world, permit, change(revision, state));
  },
  async readBack(args, target, world) {
    const state = await readDeployment(args, world);
    if (isUnchanged(args, state, target))
      return { state: 'not done', text: `${args.deployment} is unchanged` };
    return target.observedVersion.endsWith(templateHash(state.template))
      ? {
          state: 'done',
          text: `${args.deployment} runs ${state.images.join(', ')} as revision ${state.revision}; ${progress(state)}`,
          settled: state.settled,
        }
      : {
          state: 'unclear',
          text: `${args.deployment} was changed by somebody else and runs ${state.images.join(', ')}`,
        };
  },
};

/**
 * A revision gets a new number once it is rolled out again, so the number alone could not be read back
 * afterwards. The consent therefore names the template by its hash.
 */
function withTemplate(target: Target, revision: Revision): Target {
  return {
    ...target,
    observedVersion: `${target.observedVersion}, revision ${revision.revision} is template ${templateHash(revision.template)}`,
  };
}

async function revisionOf(args: Arguments, world: ReadWorld): Promise<Revision> {
  const revisions = await clusterOf(world).revisions(args.namespace, args.deployment);
  const found = revisions.find((one) => one.revision === args.revision);
  if (!found) {
    const kept = revisions.map((one) => one.revision).join(', ') || 'none';
    throw new NotApplicable(
      `Revision ${args.revision} of ${args.deployment} is not kept any more (kept: ${kept}).`,
    );
  }
  return found;
}

// Without its cause, the revision would afterwards carry the reason of the change that is being undone.
const CAUSE = '/metadata/annotations/kubernetes.io~1change-cause';

function change(revision: Revision, state: DeploymentState): JsonPatch {
  const cause: JsonPatch =
    revision.cause !== null && state.cause !== null
      ? [{ op: 'replace', path: CAUSE, value: revision.cause }]
      : [];
  return [{ op: 'replace', path: '/spec/template', value: revision.template }, ...cause];
}
