import {
  REVISION_ANNOTATION,
  REVISION_HISTORY_ANNOTATION,
  type Deployment,
  type ReplicaSet,
} from './objects.ts';

/** Rollout revisions live in annotations: the deployment controller numbers them, `kubectl rollout` reads them. */

const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const MAX = 'deployment.kubernetes.io/max-replicas';

/** Annotations of the deployment that say nothing about a revision and are not copied to its replica set. */
const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION_ANNOTATION,
  REVISION_HISTORY_ANNOTATION,
  DESIRED,
  MAX,
  'deprecated.deployment.rollback.to',
]);

/** The revision of a replica set; 0 when it has none yet. */
export function revisionOf(set: ReplicaSet): number {
  return Number(set.metadata.annotations?.[REVISION_ANNOTATION] ?? 0);
}

export function oldestFirst(a: ReplicaSet, b: ReplicaSet): number {
  return revisionOf(a) - revisionOf(b) || a.metadata.name.localeCompare(b.metadata.name);
}

/**
 * Gives the replica set of the present template its revision and the deployment's annotations (change-cause
 * among them), and the deployment the number. An older set that is used again keeps its former numbers in
 * `revision-history`. Returns whether anything changed.
 */
export function adoptRevision(deployment: Deployment, set: ReplicaSet, revision: number): boolean {
  const before = JSON.stringify([set.metadata.annotations, deployment.metadata.annotations]);
  const former = revisionOf(set);
  const history = set.metadata.annotations?.[REVISION_HISTORY_ANNOTATION];
  const copied = Object.entries(deployment.metadata.annotations ?? {}).filter(
    ([name]) => !NOT_COPIED.has(name),
  );
  const numbers = [history, String(former)].filter((part) => part !== undefined && part !== '');
  set.metadata.annotations = {
    ...set.metadata.annotations,
    ...Object.fromEntries(copied),
    [DESIRED]: String(deployment.spec.replicas),
    [REVISION_ANNOTATION]: String(revision),
    ...(former > 0 && former !== revision ? { [REVISION_HISTORY_ANNOTATION]: numbers.join(',') } : {}),
  };
  deployment.metadata.annotations = {
    ...deployment.metadata.annotations,
    [REVISION_ANNOTATION]: String(revision),
  };
  return JSON.stringify([set.metadata.annotations, deployment.metadata.annotations]) !== before;
}
