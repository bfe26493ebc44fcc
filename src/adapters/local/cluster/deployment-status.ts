import {
  timestamp,
  type Condition,
  type Deployment,
  type DeploymentStatus,
  type ReplicaSet,
} from './objects.ts';

/** The status of a deployment, worded as the deployment controller words it; zeros are left out as there. */

export type StatusInput = {
  deployment: Deployment;
  current: ReplicaSet | undefined;
  sets: ReplicaSet[];
  ready: (set: ReplicaSet) => number;
  unavailable: number;
  now: Date;
};

/** Computes the status from what the replica sets have; pure. */
export function rolloutStatus(input: StatusInput): DeploymentStatus {
  const { deployment, current, sets } = input;
  const replicas = sets.reduce((sum, set) => sum + set.status.replicas, 0);
  const available = sets.reduce((sum, set) => sum + input.ready(set), 0);
  const updated = current?.status.replicas ?? 0;
  const desired = deployment.spec.replicas;
  const missing = Math.max(0, sets.reduce((sum, set) => sum + set.spec.replicas, 0) - available);
  const counts = {
    ...(replicas > 0 ? { replicas } : {}),
    ...(updated > 0 ? { updatedReplicas: updated } : {}),
    ...(available > 0 ? { readyReplicas: available, availableReplicas: available } : {}),
    ...(missing > 0 ? { unavailableReplicas: missing } : {}),
  };
  const complete = updated === desired && replicas === desired && available >= desired;
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...counts,
    conditions: [availability(input, available), progress(input, counts, complete)],
  };
}

function availability({ deployment, unavailable, now }: StatusInput, available: number): Condition {
  const ok = available >= deployment.spec.replicas - unavailable;
  return keepTimes(deployment, now, {
    type: 'Available',
    status: ok ? 'True' : 'False',
    reason: ok ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: ok ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
  });
}

function progress(input: StatusInput, counts: DeploymentStatus, complete: boolean): Condition {
  const { deployment, current, now } = input;
  const name = current?.metadata.name ?? '';
  const before = deployment.status.conditions?.find((c) => c.type === 'Progressing');
  if (complete) {
    return keepTimes(deployment, now, {
      type: 'Progressing',
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `ReplicaSet "${name}" has successfully progressed.`,
    });
  }
  const restarted = deployment.status.observedGeneration !== deployment.metadata.generation;
  const moved = (['replicas', 'updatedReplicas', 'readyReplicas'] as const).some(
    (field) => counts[field] !== deployment.status[field],
  );
  const since = Date.parse(before?.lastUpdateTime ?? now.toISOString());
  const late = now.getTime() - since > deployment.spec.progressDeadlineSeconds * 1_000;
  // A rollout that was complete and lost a pod is not a rollout that hangs.
  const wasComplete = before?.reason === 'NewReplicaSetAvailable';
  if (wasComplete && !restarted && before !== undefined) return before;
  if (!restarted && !moved && (late || before?.reason === 'ProgressDeadlineExceeded')) {
    return keepTimes(deployment, now, {
      type: 'Progressing',
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: `ReplicaSet "${name}" has timed out progressing.`,
    });
  }
  const next = keepTimes(deployment, now, {
    type: 'Progressing',
    status: 'True',
    reason: 'ReplicaSetUpdated',
    message: `ReplicaSet "${name}" is progressing.`,
  });
  return moved || restarted ? { ...next, lastUpdateTime: timestamp(now) } : next;
}

/** The transition time changes only with the status, the update time only with the text. */
function keepTimes(
  deployment: Deployment,
  now: Date,
  next: Omit<Condition, 'lastTransitionTime'>,
): Condition {
  const at = timestamp(now);
  const before = deployment.status.conditions?.find((c) => c.type === next.type);
  return {
    ...next,
    lastUpdateTime:
      before?.reason === next.reason && before?.message === next.message
        ? (before?.lastUpdateTime ?? at)
        : at,
    lastTransitionTime: before?.status === next.status ? before.lastTransitionTime : at,
  };
}
