import type { Target } from '../../incident/proposal.ts';
import { counted, joined } from '../../incident/text.ts';
import type { BlastRadius } from '../../incident/action.ts';
import { NotApplicable, type Permit, type Surroundings } from '../tool.ts';
import type { ReadWorld, World } from '../world.ts';
import type { DeploymentState, JsonPatch } from '../world/cluster.ts';

/** What the executor's service account must be allowed to do in the namespace. */
export const PERMISSIONS = ['get and patch deployments.apps', 'list replicasets.apps'];

type Arguments = { namespace: string; deployment: string };

/** The cluster, or the reason why there is none. */
export function clusterOf<C>(world: { cluster: C | null }): C {
  if (!world.cluster) throw new NotApplicable('No cluster is configured; set kubernetes.url in sitrep.yaml.');
  return world.cluster;
}

/** The deployment that the arguments name. */
export async function readDeployment(args: Arguments, world: ReadWorld): Promise<DeploymentState> {
  const found = await clusterOf(world).deployment(args.namespace, args.deployment);
  if (!found) throw new NotApplicable(`There is no deployment ${args.namespace}/${args.deployment}.`);
  return found;
}

/**
 * The generation and not the resourceVersion is what people consent to: the latter changes with every
 * status update of a failing service, the former only when somebody changes the specification.
 */
export function targetOf(args: Arguments, state: DeploymentState): Target {
  return {
    identity: `deployment ${args.namespace}/${args.deployment} uid ${state.uid}`,
    observedVersion: `generation ${state.generation}`,
  };
}

/** Whether nobody has changed the specification since the target was observed. */
export function isUnchanged(args: Arguments, state: DeploymentState, target: Target): boolean {
  const now = targetOf(args, state);
  const [observed] = target.observedVersion.split(',');
  return now.identity === target.identity && now.observedVersion === observed;
}

/** What a card says of the server's dry run; rejects where the server would refuse the change. */
export async function dryRunOf(args: Arguments, world: ReadWorld, change: JsonPatch): Promise<string> {
  return triedWords(await clusterOf(world).tryPatch(args.namespace, args.deployment, change));
}

/** What a card says of a dry run, where the credential at hand may make one. */
export function triedWords(tried: boolean): string {
  return tried ? 'accepted' : 'made by the executor right before it writes';
}

/**
 * Patches a deployment that is still as it was consented to. The resourceVersion in the patch makes the
 * server refuse when anything has come between this read and the write; after such a conflict it is
 * read again, and only an unchanged generation is tried again.
 */
export async function patchUnchanged(
  args: Arguments,
  target: Target,
  world: World,
  permit: Permit,
  change: JsonPatch,
): Promise<void> {
  const cluster = clusterOf(world);
  await retryConflicts(async () => {
    const state = await readDeployment(args, world);
    if (!isUnchanged(args, state, target)) {
      const now = targetOf(args, state);
      throw new NotApplicable(
        `${now.identity} is now at ${now.observedVersion}, not at ${target.observedVersion}.`,
      );
    }
    const guarded: JsonPatch = [
      { op: 'replace', path: '/metadata/resourceVersion', value: state.resourceVersion },
      ...change,
    ];
    await cluster.patch(args.namespace, args.deployment, guarded, {
      dryRun: false,
      approvedBy: permit.approvedBy,
    });
  });
}

/** Looks and writes again, a few times, where the object was changed between the look and the write. */
export async function retryConflicts(lookAndWrite: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await lookAndWrite();
    } catch (error) {
      if (attempt >= 5 || !isConflict(error)) throw error;
    }
  }
}

/** What kubectl says too: a template that is changed while the rollout is paused reaches no pod. */
export function refusePaused(args: Arguments, state: DeploymentState): void {
  if (state.paused)
    throw new NotApplicable(`The rollout of ${args.deployment} is paused; resume it first, then this.`);
}

/** Whether the object was changed between a read and the write that relied on it. */
function isConflict(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 409;
}

/** “2 replicas of pricing; checkout and storefront depend on it”. */
export function reach(args: Arguments, replicas: number, { service, dependants }: Surroundings): BlastRadius {
  const depends = dependants.length === 1 ? 'depends' : 'depend';
  const above =
    dependants.length > 0 ? `; ${joined(dependants)} ${depends} on it` : '; nothing declared depends on it';
  return {
    text: `${counted(replicas, 'replica')} of ${args.namespace}/${args.deployment}${above}`,
    services: [service || args.deployment, ...dependants],
    units: replicas,
  };
}

/** How far the rollout is, in words. */
export function progress(state: DeploymentState): string {
  return `${state.available} of ${counted(state.replicas, 'replica')} available${state.settled ? ', rollout complete' : ''}`;
}
