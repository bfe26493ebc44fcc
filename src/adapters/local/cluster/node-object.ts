import { randomUUID } from 'node:crypto';
import { timestamp, type Condition, type ObjectMeta } from './objects.ts';

/** A node: on one machine only a name to which pods are counted, and which can be closed to new ones. */
export type Node = {
  apiVersion: 'v1';
  kind: 'Node';
  metadata: Omit<ObjectMeta, 'namespace'>;
  spec: { unschedulable?: true };
  status: { conditions: Condition[] };
};

const NAMES = ['node-a', 'node-b'];

/** The nodes of a new cluster. */
export function newNodes(now: Date): Node[] {
  const at = timestamp(now);
  return NAMES.map((name) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid: randomUUID(),
      resourceVersion: '1',
      creationTimestamp: at,
      labels: { 'kubernetes.io/hostname': name },
    },
    spec: {},
    status: {
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', lastTransitionTime: at }],
    },
  }));
}
