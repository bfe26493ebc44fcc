import type { EventLog } from './events.ts';
import type { Kubelet } from './kubelet.ts';
import { rolloutStatus } from './deployment-status.ts';
import { HASH_LABEL, isReady, type Deployment, type Pod, type ReplicaSet } from './objects.ts';
import { adoptRevision, oldestFirst, revisionOf } from './revisions.ts';
import { limits, nextRollingStep, type Resize } from './rolling-update.ts';
import { key, newMeta, type State } from './state.ts';
import { templateHash, templateText } from './template-hash.ts';

/** What the controller needs of the cluster. */
export type ControllerWorld = {
  state: State;
  events: EventLog;
  kubelet: Pick<Kubelet, 'create' | 'remove'>;
  now: () => Date;
};

/**
 * Brings one deployment a step closer to what its spec asks for, and writes its status. To be called after
 * every change of the deployment or its pods; does nothing when nothing is to be done.
 */
export function reconcileDeployment(world: ControllerWorld, deployment: Deployment): void {
  const { state } = world;
  const before = JSON.stringify([deployment, ...owned(state, deployment)]);
  const current =
    deployment.spec.paused === true ? matching(state, deployment) : currentSet(world, deployment);
  if (current !== undefined) rollOut(world, deployment, current);
  for (const set of owned(state, deployment)) {
    matchPods(world, set);
    writeSetStatus(state, set);
  }
  dropOldSets(state, deployment, current);
  const status = rolloutStatus({
    deployment,
    current,
    sets: owned(state, deployment),
    ready: (set) => podsOf(state, set).filter(isReady).length,
    unavailable: limitsOf(deployment).unavailable,
    now: world.now(),
  });
  if (JSON.stringify(status) !== JSON.stringify(deployment.status)) {
    deployment.status = status;
    state.touch(deployment);
  }
  if (JSON.stringify([deployment, ...owned(state, deployment)]) !== before) state.save();
}

/** Removes a deployment with its replica sets and pods. */
export function removeDeployment(world: ControllerWorld, deployment: Deployment): void {
  const { state } = world;
  for (const set of owned(state, deployment)) {
    for (const pod of podsOf(state, set)) world.kubelet.remove(pod);
    state.replicaSets.delete(key(set.metadata));
  }
  state.deployments.delete(key(deployment.metadata));
  state.save();
}

/** The replica sets of a deployment, oldest revision first. */
export function owned(state: State, deployment: Deployment): ReplicaSet[] {
  const { uid } = deployment.metadata;
  return [...state.replicaSets.values()]
    .filter((set) => set.metadata.ownerReferences?.some((owner) => owner.uid === uid) === true)
    .sort(oldestFirst);
}

/** The pods of a replica set that are not on their way out. */
function podsOf(state: State, set: ReplicaSet): Pod[] {
  return [...state.pods.values()].filter(
    (pod) =>
      pod.metadata.deletionTimestamp === undefined &&
      pod.metadata.ownerReferences?.some((owner) => owner.uid === set.metadata.uid) === true,
  );
}

function matching(state: State, deployment: Deployment): ReplicaSet | undefined {
  const wanted = templateText(deployment.spec.template);
  return owned(state, deployment).find((set) => templateText(set.spec.template) === wanted);
}

/** The replica set of the deployment's present template: an older one that matches, or a new one. */
function currentSet(world: ControllerWorld, deployment: Deployment): ReplicaSet {
  const { state } = world;
  const sets = owned(state, deployment);
  const found = matching(state, deployment);
  const set = found ?? newSet(world, deployment);
  const newest = Math.max(0, ...sets.filter((other) => other !== set).map(revisionOf));
  const changed = adoptRevision(deployment, set, Math.max(newest + 1, revisionOf(set)));
  if (changed) {
    state.touch(set);
    state.touch(deployment);
  }
  state.replicaSets.set(key(set.metadata), set);
  return set;
}

function newSet(world: ControllerWorld, deployment: Deployment): ReplicaSet {
  const { template } = deployment.spec;
  const hash = templateHash(template);
  const { name, namespace, uid } = deployment.metadata;
  const labels = { ...template.metadata.labels, [HASH_LABEL]: hash };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      ...newMeta(`${name}-${hash}`, namespace, world.now()),
      generation: 1,
      labels,
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'Deployment', name, uid, controller: true, blockOwnerDeletion: true },
      ],
    },
    spec: {
      replicas: 0,
      selector: { matchLabels: { ...deployment.spec.selector.matchLabels, [HASH_LABEL]: hash } },
      template: { ...structuredClone(template), metadata: { ...template.metadata, labels } },
    },
    status: { replicas: 0 },
  };
}

function rollOut(world: ControllerWorld, deployment: Deployment, current: ReplicaSet): void {
  const { state } = world;
  const old = owned(state, deployment).filter((set) => set !== current);
  // Each step of the arithmetic may open the way for the next; it settles after a few.
  for (let step = 0; step < 10; step += 1) {
    const resize =
      deployment.spec.strategy.type === 'Recreate'
        ? recreateStep(state, deployment, current, old)
        : nextRollingStep({
            ...limitInput(deployment),
            current: size(state, current),
            old: old.map((set) => size(state, set)),
          });
    if (resize.length === 0) return;
    for (const { name, wanted } of resize) {
      const set = [current, ...old].find((each) => each.metadata.name === name);
      if (set !== undefined) scale(world, deployment, set, wanted);
    }
  }
}

function recreateStep(state: State, deployment: Deployment, current: ReplicaSet, old: ReplicaSet[]): Resize {
  const running = old.filter((set) => set.spec.replicas > 0);
  if (running.length > 0) return running.map((set) => ({ name: set.metadata.name, wanted: 0 }));
  const uids = new Set(old.map((set) => set.metadata.uid));
  const leaving = [...state.pods.values()].some((pod) =>
    pod.metadata.ownerReferences?.some((owner) => uids.has(owner.uid)),
  );
  if (leaving || current.spec.replicas === deployment.spec.replicas) return [];
  return [{ name: current.metadata.name, wanted: deployment.spec.replicas }];
}

function scale(world: ControllerWorld, deployment: Deployment, set: ReplicaSet, wanted: number): void {
  const from = set.spec.replicas;
  set.spec.replicas = wanted;
  set.metadata.generation = (set.metadata.generation ?? 0) + 1;
  world.state.touch(set);
  const direction = wanted > from ? 'up' : 'down';
  const message = `Scaled ${direction} replica set ${set.metadata.name} from ${from} to ${wanted}`;
  world.events.record(deployment, 'Normal', 'ScalingReplicaSet', message);
}

/** Creates missing pods and removes surplus ones: those not ready first, then the youngest. */
function matchPods(world: ControllerWorld, set: ReplicaSet): void {
  const pods = podsOf(world.state, set);
  for (let missing = set.spec.replicas - pods.length; missing > 0; missing -= 1) world.kubelet.create(set);
  const byWorth = pods.sort(
    (a, b) =>
      Number(isReady(b)) - Number(isReady(a)) ||
      a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp),
  );
  for (const pod of byWorth.slice(set.spec.replicas)) {
    world.events.record(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
    world.kubelet.remove(pod);
  }
}

function writeSetStatus(state: State, set: ReplicaSet): void {
  const pods = podsOf(state, set);
  const ready = pods.filter(isReady).length;
  const status: ReplicaSet['status'] = {
    replicas: pods.length,
    ...(ready > 0 ? { readyReplicas: ready, availableReplicas: ready } : {}),
    observedGeneration: set.metadata.generation ?? 0,
  };
  if (JSON.stringify(status) === JSON.stringify(set.status)) return;
  set.status = status;
  state.touch(set);
}

function dropOldSets(state: State, deployment: Deployment, current: ReplicaSet | undefined): void {
  const idle = owned(state, deployment).filter(
    (set) => set !== current && set.spec.replicas === 0 && set.status.replicas === 0,
  );
  for (const set of idle.slice(0, Math.max(0, idle.length - deployment.spec.revisionHistoryLimit))) {
    state.replicaSets.delete(key(set.metadata));
  }
}

function limitInput(deployment: Deployment) {
  const rolling = deployment.spec.strategy.rollingUpdate;
  return {
    desired: deployment.spec.replicas,
    maxSurge: rolling?.maxSurge ?? '25%',
    maxUnavailable: rolling?.maxUnavailable ?? '25%',
  };
}

function limitsOf(deployment: Deployment) {
  return limits(limitInput(deployment));
}

function size(state: State, set: ReplicaSet) {
  return {
    name: set.metadata.name,
    wanted: set.spec.replicas,
    available: podsOf(state, set).filter(isReady).length,
  };
}
