import type { Action, BlastRadius } from '../../incident/action.ts';
import { digestOf } from '../../incident/canonical.ts';
import type { Target } from '../../incident/proposal.ts';
import { counted, joined } from '../../incident/text.ts';
import { NotApplicable, type Surroundings, type Tool } from '../tool.ts';
import type { ReadWorld } from '../world.ts';
import type { NodeState } from '../world/cluster.ts';
import { clusterOf, retryConflicts, triedWords } from './deployment.ts';

type Arguments = { node: string };

/** Keeps new pods away from a node, as `kubectl cordon` does; the pods that run there stay. */
export const kubernetesCordon: Tool<'kubernetes.cordon'> = cordoning({
  unschedulable: true,
  title: (node) => `Cordon node ${node}`,
  expectedEffect: 'no new pod is placed on this node; the pods that run there stay',
  inverse: (args) => ({ tool: 'kubernetes.uncordon', arguments: args }),
});

/** Lets a node take pods again, as `kubectl uncordon` does. */
export const kubernetesUncordon: Tool<'kubernetes.uncordon'> = cordoning({
  unschedulable: false,
  title: (node) => `Uncordon node ${node}`,
  expectedEffect: 'new pods are placed on this node again',
  inverse: (args) => ({ tool: 'kubernetes.cordon', arguments: args }),
});

type Kind = {
  unschedulable: boolean;
  title(node: string): string;
  expectedEffect: string;
  inverse(args: Arguments): Action;
};

function cordoning({ unschedulable, title, expectedEffect, inverse }: Kind) {
  const wanted = unschedulable ? 'cordoned' : 'open to new pods';
  return {
    version: 1,
    risk: 'medium',
    reversible: true,
    delivers: 'effect',
    permissions: ['get and patch nodes', 'list pods in all namespaces'],
    cancel: 'undo',
    async prepare(args, world, around) {
      const state = await readNode(args, world);
      if (state.unschedulable === unschedulable)
        throw new NotApplicable(`Node ${args.node} is ${wanted} already.`);
      const target = targetOf(args, state);
      const { resourceVersion } = state;
      const tried = await clusterOf(world).trySchedulable(args.node, {
        unschedulable,
        resourceVersion,
        mark: mark(target),
      });
      return {
        title: title(args.node),
        target,
        dryRun: `${triedWords(tried)}; the node is ${state.ready ? 'ready' : 'not ready'} and would be ${wanted}`,
        expectedEffect,
        inverse: inverse(args),
        blastRadius: await reach(args, world, around),
        actsOnSymptom: false,
      };
    },
    async observe(args, world) {
      return targetOf(args, await readNode(args, world));
    },
    async run(args, target, world, permit) {
      await retryConflicts(async () => {
        const state = await readNode(args, world);
        const now = targetOf(args, state);
        if (now.identity !== target.identity || now.observedVersion !== target.observedVersion)
          throw new NotApplicable(`${now.identity} is now ${now.observedVersion}.`);
        const { resourceVersion } = state;
        await clusterOf(world).setSchedulable(
          args.node,
          { unschedulable, resourceVersion, mark: mark(target) },
          { dryRun: false, approvedBy: permit.approvedBy },
        );
      });
    },
    async readBack(args, target, world) {
      const state = await readNode(args, world);
      const now = targetOf(args, state);
      if (now.identity === target.identity && now.observedVersion === target.observedVersion)
        return { state: 'not done', text: `node ${args.node} is unchanged` };
      return state.unschedulable === unschedulable && state.mark === mark(target)
        ? { state: 'done', text: `node ${args.node} is ${wanted}` }
        : { state: 'unclear', text: `node ${args.node} was changed by somebody else in the meantime` };
    },
  } satisfies Tool<'kubernetes.cordon'>;
}

async function readNode(args: Arguments, world: ReadWorld): Promise<NodeState> {
  const found = await clusterOf(world).node(args.node);
  if (!found) throw new NotApplicable(`There is no node ${args.node}.`);
  return found;
}

/**
 * A node has no generation, and its resourceVersion moves with every heartbeat. People therefore consent to
 * whether it takes pods, and to the mark of our last change of that: a node that was cordoned and opened again
 * in between by us is not the one they saw. The write itself carries the resourceVersion of a fresh read.
 */
function targetOf(args: Arguments, state: NodeState): Target {
  const open = state.unschedulable ? 'cordoned' : 'open to new pods';
  return {
    identity: `node ${args.node} uid ${state.uid}`,
    observedVersion: state.mark === null ? open : `${open}, last changed for ${state.mark}`,
  };
}

// Made from what was consented to, so that reading back can tell our change from another's.
function mark(target: Target): string {
  return digestOf(target).slice(0, 16);
}

/** “3 pods on node-a, of checkout and pricing”: what would not come back here after it had ended. */
async function reach(args: Arguments, world: ReadWorld, around: Surroundings): Promise<BlastRadius> {
  const pods = await clusterOf(world).podsOn(args.node);
  const services = [...new Set(pods.flatMap((pod) => pod.deployment ?? []))].sort();
  return {
    text: `${counted(pods.length, 'pod')} on ${args.node}${services.length > 0 ? `, of ${joined(services)}` : ''}`,
    services: [...new Set([...services, ...around.dependants])],
    units: pods.length,
  };
}
