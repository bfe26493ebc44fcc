import { timestamp, type Condition, type Pod, type ReplicaSet } from './objects.ts';
import { newMeta } from './state.ts';
import { nameSuffix } from './template-hash.ts';

/** A pod of a replica set that is not placed on any node yet. */
export function newPod(owner: ReplicaSet, now: Date): Pod {
  const { template } = owner.spec;
  const at = timestamp(now);
  const container = template.spec.containers[0];
  const condition = (type: string, ok: boolean): Condition => ({
    type,
    status: ok ? 'True' : 'False',
    lastTransitionTime: at,
  });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...newMeta(`${owner.metadata.name}-${nameSuffix(Math.random)}`, owner.metadata.namespace, now),
      labels: { ...template.metadata.labels },
      annotations: { ...template.metadata.annotations },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: owner.metadata.name,
          uid: owner.metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: structuredClone(template.spec),
    status: {
      phase: 'Pending',
      podIP: '127.0.0.1',
      hostIP: '127.0.0.1',
      startTime: at,
      conditions: [
        condition('Initialized', true),
        condition('Ready', false),
        condition('ContainersReady', false),
        condition('PodScheduled', false),
      ],
      containerStatuses: [
        {
          name: container?.name ?? '',
          image: container?.image ?? '',
          ready: false,
          restartCount: 0,
          state: { waiting: { reason: 'ContainerCreating' } },
          lastState: {},
        },
      ],
    },
  };
}
