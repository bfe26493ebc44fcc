import { z } from 'zod';
import type { Node } from './node-object.ts';
import { metaInSchema } from './objects.ts';
import { applyPatch, type Patch } from './patch.ts';
import type { State } from './state.ts';
import { conflict, NODES, notFound } from './status.ts';
import { decode } from './validation.ts';

const nodeInSchema = z.looseObject({
  metadata: metaInSchema.prefault({}),
  spec: z.looseObject({ unschedulable: z.boolean().default(false) }).prefault({}),
});

export function getNode(state: State, name: string): Node {
  const found = state.nodes.get(name);
  if (found === undefined) throw notFound(NODES, name);
  return found;
}

/** Labels, annotations and whether it takes pods; nothing else of a node can be changed here. */
export function patchNode(state: State, name: string, patch: Patch, dryRun: boolean): Node {
  const before = getNode(state, name);
  const wanted = decode(nodeInSchema, 'Node', applyPatch(before, patch));
  const { resourceVersion, labels, annotations } = wanted.metadata;
  if (resourceVersion !== undefined && resourceVersion !== before.metadata.resourceVersion) {
    throw conflict(NODES, name);
  }
  const after: Node = {
    ...before,
    metadata: { ...before.metadata, labels, annotations },
    spec: wanted.spec.unschedulable ? { unschedulable: true } : {},
  };
  if (dryRun) return after;
  state.touch(after);
  state.nodes.set(name, after);
  state.save();
  return after;
}

/** Where the next pod goes: the node with the fewest, of those that take any. */
export function freestNode(state: State): string | undefined {
  const pods = (node: string) => [...state.pods.values()].filter((pod) => pod.spec.nodeName === node).length;
  return [...state.nodes.values()]
    .filter((node) => node.spec.unschedulable !== true)
    .map((node) => node.metadata.name)
    .sort((a, b) => pods(a) - pods(b) || a.localeCompare(b))[0];
}
