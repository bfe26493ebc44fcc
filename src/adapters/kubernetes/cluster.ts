import type {
  Cluster,
  ClusterReader,
  DeploymentState,
  NodeState,
  PodOnNode,
  Revision,
  Schedulable,
  WriteOptions,
} from '../../act/world/cluster.ts';
import type { Impersonation } from '../../config/kubernetes.ts';
import type { Rollout } from '../../enrich/changed.ts';
import { templateHash } from '../../incident/template-hash.ts';
import type { Service } from '../../incident/service.ts';
import type { KubernetesClient } from './client.ts';
import { KubernetesError } from './error.ts';
import { identityFor } from './identity.ts';
import type { Deployment, Node, Pod, ReplicaSet } from './schema.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const HASH = 'pod-template-hash';
const CAUSE = 'kubernetes.io/change-cause';
/** The commit that a template was built from, where the pipeline notes it. */
const COMMIT = 'sitrep.dev/commit';
const JSON_PATCH = 'application/json-patch+json';
const MERGE_PATCH = 'application/merge-patch+json';

/** What the last cordon or uncordon of ours left on the node. */
const CORDON_MARK = 'sitrep.dev/cordon';

/** The cluster as the stages see it. Dry runs are made with `tryWith`, whose credential may write; null: with none. */
export function clusterReader(client: KubernetesClient, tryWith: KubernetesClient | null): ClusterReader {
  return {
    deployment: (namespace, name) => orNull(async () => stateOf(await client.getDeployment(namespace, name))),
    async revisions(namespace, name) {
      const deployment = await client.getDeployment(namespace, name);
      return (await replicaSetsOf(client, deployment)).map(revisionOf);
    },
    async tryPatch(namespace, name, patch) {
      if (!tryWith) return false;
      await tryWith.patchDeployment(namespace, name, patch, { contentType: JSON_PATCH, dryRun: true });
      return true;
    },
    node: (name) => orNull(async () => nodeStateOf(await client.getNode(name))),
    async podsOn(node) {
      const pods = await client.listPodsOn(node);
      return pods.filter((pod) => pod.metadata.deletionTimestamp === undefined).map(podOf);
    },
    async trySchedulable(name, change) {
      if (!tryWith) return false;
      await tryWith.patchNode(name, nodePatch(change), { contentType: MERGE_PATCH, dryRun: true });
      return true;
    },
  };
}

/** The cluster as the executor sees it. With impersonation, writes are made in the name of who approved them. */
export function clusterOver(client: KubernetesClient, impersonation: Impersonation | null): Cluster {
  const as = (options: WriteOptions) =>
    options.dryRun ? undefined : identityFor(options.approvedBy, impersonation);
  return {
    ...clusterReader(client, client),
    async patch(namespace, name, patch, options) {
      const how = { contentType: JSON_PATCH, dryRun: options.dryRun, as: as(options) } as const;
      return stateOf(await client.patchDeployment(namespace, name, patch, how));
    },
    async setSchedulable(name, change, options) {
      const how = { contentType: MERGE_PATCH, dryRun: options.dryRun, as: as(options) } as const;
      return nodeStateOf(await client.patchNode(name, nodePatch(change), how));
    },
  };
}

function nodePatch({ unschedulable, resourceVersion, mark }: Schedulable) {
  return { metadata: { resourceVersion, annotations: { [CORDON_MARK]: mark } }, spec: { unschedulable } };
}

async function orNull<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof KubernetesError && error.code === 404) return null;
    throw error;
  }
}

function nodeStateOf({ metadata, spec, status }: Node): NodeState {
  return {
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    unschedulable: spec.unschedulable,
    ready: status.conditions.some((one) => one.type === 'Ready' && one.status === 'True'),
    mark: metadata.annotations[CORDON_MARK] ?? null,
  };
}

/** A replica set is named after its deployment and the hash of its template, which the pod carries as a label. */
function podOf({ metadata }: Pod): PodOnNode {
  const set = metadata.ownerReferences.find((owner) => owner.kind === 'ReplicaSet')?.name;
  const suffix = `-${metadata.labels[HASH] ?? ''}`;
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    deployment: set?.endsWith(suffix) ? set.slice(0, -suffix.length) : null,
  };
}

/** The rollouts of a service, from the replica sets that the cluster keeps, newest revision first. */
export async function rolloutsOf(client: KubernetesClient, service: Service): Promise<Rollout[]> {
  if (!service.kubernetes) return [];
  const deployment = await client.getDeployment(service.kubernetes.namespace, service.kubernetes.deployment);
  const current = deployment.metadata.annotations[REVISION];
  return (await replicaSetsOf(client, deployment)).map((set) => {
    const image = set.spec.template.containers.map((container) => container.image).join(', ');
    return {
      service: service.name,
      namespace: deployment.metadata.namespace,
      deployment: deployment.metadata.name,
      revision: Number(set.metadata.annotations[REVISION]),
      image,
      template: templateHash(withoutHash(set.spec.template.raw)),
      sha: set.spec.template.annotations[COMMIT] ?? shaIn(image),
      at: rolledOutAt(set, set.metadata.annotations[REVISION] === current ? deployment : null),
      cause: set.metadata.annotations[CAUSE] ?? null,
    };
  });
}

async function replicaSetsOf(client: KubernetesClient, deployment: Deployment): Promise<ReplicaSet[]> {
  const { namespace, uid } = deployment.metadata;
  const sets = await client.listReplicaSets(namespace, deployment.spec.selector.matchLabels);
  return sets
    .filter(
      (set) =>
        set.metadata.ownerReferences.some((owner) => owner.uid === uid) && set.metadata.annotations[REVISION],
    )
    .sort((a, b) => Number(b.metadata.annotations[REVISION]) - Number(a.metadata.annotations[REVISION]));
}

/**
 * A replica set that is rolled out once more keeps the date of its first time. For what runs now the
 * deployment's own record of its last progress is later and true then.
 */
function rolledOutAt(set: ReplicaSet, currentFor: Deployment | null): Date {
  const created = set.metadata.creationTimestamp ?? new Date(0);
  const again = set.metadata.annotations['deployment.kubernetes.io/revision-history'];
  const progressed = currentFor?.status.conditions.find((one) => one.type === 'Progressing')?.lastUpdateTime;
  return again && progressed && progressed > created ? progressed : created;
}

function stateOf(deployment: Deployment): DeploymentState {
  const { metadata, spec, status } = deployment;
  return {
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    generation: metadata.generation,
    revision: Number(metadata.annotations[REVISION] ?? 0),
    replicas: spec.replicas,
    available: status.availableReplicas,
    settled:
      status.observedGeneration >= metadata.generation &&
      status.updatedReplicas === spec.replicas &&
      status.replicas === spec.replicas &&
      status.availableReplicas === spec.replicas,
    paused: spec.paused,
    images: spec.template.containers.map((container) => container.image),
    template: spec.template.raw,
    cause: metadata.annotations[CAUSE] ?? null,
  };
}

function revisionOf(set: ReplicaSet): Revision {
  return {
    revision: Number(set.metadata.annotations[REVISION]),
    images: set.spec.template.containers.map((container) => container.image),
    template: withoutHash(set.spec.template.raw),
    cause: set.metadata.annotations[CAUSE] ?? null,
  };
}

/** The template as the deployment had it: the controller adds its hash as a label to the replica set's copy. */
function withoutHash(template: unknown): unknown {
  const { metadata, ...rest } = template as { metadata?: { labels?: Record<string, string> } };
  if (!metadata?.labels) return template;
  const labels = Object.fromEntries(Object.entries(metadata.labels).filter(([label]) => label !== HASH));
  return { metadata: { ...metadata, labels }, ...rest };
}

/** Pipelines often tag images with the commit's hash. */
function shaIn(image: string): string | null {
  return /[:-]([0-9a-f]{7,40})$/.exec(image)?.[1] ?? null;
}
