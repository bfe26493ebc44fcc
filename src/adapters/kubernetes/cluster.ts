import type { Cluster, ClusterReader, DeploymentState, Revision } from '../../act/world/cluster.ts';
import type { Rollout } from '../../enrich/suspects.ts';
import type { Service } from '../../incident/service.ts';
import type { KubernetesClient } from './client.ts';
import { KubernetesError } from './error.ts';
import type { Deployment, ReplicaSet } from './schema.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const HASH = 'pod-template-hash';
const CAUSE = 'kubernetes.io/change-cause';
/** The commit that a template was built from, where the pipeline notes it. */
const COMMIT = 'sitrep.dev/commit';
const JSON_PATCH = 'application/json-patch+json';

/** The cluster as the stages see it. Dry runs are made with `tryWith`, whose credential may write; null: with none. */
export function clusterReader(client: KubernetesClient, tryWith: KubernetesClient | null): ClusterReader {
  return {
    async deployment(namespace, name) {
      try {
        return stateOf(await client.getDeployment(namespace, name));
      } catch (error) {
        if (error instanceof KubernetesError && error.code === 404) return null;
        throw error;
      }
    },
    async revisions(namespace, name) {
      const deployment = await client.getDeployment(namespace, name);
      return (await replicaSetsOf(client, deployment)).map(revisionOf);
    },
    async tryPatch(namespace, name, patch) {
      if (!tryWith) return false;
      await tryWith.patchDeployment(namespace, name, patch, { contentType: JSON_PATCH, dryRun: true });
      return true;
    },
  };
}

/** The cluster as the executor sees it. */
export function clusterOver(client: KubernetesClient): Cluster {
  return {
    ...clusterReader(client, client),
    async patch(namespace, name, patch, { dryRun }) {
      return stateOf(
        await client.patchDeployment(namespace, name, patch, {
          contentType: JSON_PATCH,
          dryRun,
        }),
      );
    },
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
