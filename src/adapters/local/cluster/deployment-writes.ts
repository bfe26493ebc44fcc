import { isDeepStrictEqual } from 'node:util';
import { reconcileDeployment, removeDeployment, type ControllerWorld } from './deployment-controller.ts';
import { deploymentInSchema, scaleInSchema, type Deployment, type DeploymentIn } from './objects.ts';
import { applyPatch, type Patch } from './patch.ts';
import { key, newMeta } from './state.ts';
import { alreadyExists, badRequest, conflict, DEPLOYMENTS, invalid, notFound } from './status.ts';
import { decode, validateDeployment } from './validation.ts';

/** The write requests on deployments. Each returns the object as written, before the controller acts on it. */

export type WriteWorld = ControllerWorld & {
  /** Gives the deployment its service address; called once, before its first pod. */
  addService(namespace: string, name: string): Promise<void>;
  removeService(namespace: string, name: string): void;
};

export function getDeployment(world: ControllerWorld, namespace: string, name: string): Deployment {
  const found = world.state.deployments.get(key({ namespace, name }));
  if (found === undefined) throw notFound(DEPLOYMENTS, name);
  return found;
}

export async function createDeployment(
  world: WriteWorld,
  namespace: string,
  body: unknown,
  dryRun: boolean,
): Promise<Deployment> {
  const wanted = decode(deploymentInSchema, 'Deployment', body);
  checkNamespace(wanted, namespace);
  validateDeployment(wanted);
  const { name } = wanted.metadata;
  if (world.state.deployments.has(key({ namespace, name }))) throw alreadyExists(DEPLOYMENTS, name);
  const { labels, annotations } = wanted.metadata;
  const created: Deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...newMeta(name, namespace, world.now()), generation: 1, labels, annotations },
    spec: wanted.spec,
    status: {},
  };
  if (dryRun) return created;
  await world.addService(namespace, name);
  // Opening the address took a moment, in which another request may have made the same deployment.
  if (world.state.deployments.has(key({ namespace, name }))) throw alreadyExists(DEPLOYMENTS, name);
  return write(world, created);
}

export function replaceDeployment(
  world: ControllerWorld,
  namespace: string,
  name: string,
  body: unknown,
  dryRun: boolean,
): Deployment {
  const before = getDeployment(world, namespace, name);
  const wanted = decode(deploymentInSchema, 'Deployment', body);
  const { uid } = wanted.metadata;
  if (uid !== undefined && uid !== before.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${before.metadata.uid}`;
    throw conflict(DEPLOYMENTS, name, why);
  }
  return update(world, before, wanted, dryRun);
}

export function patchDeployment(
  world: ControllerWorld,
  namespace: string,
  name: string,
  patch: Patch,
  dryRun: boolean,
): Deployment {
  const before = getDeployment(world, namespace, name);
  const wanted = decode(deploymentInSchema, 'Deployment', applyPatch(before, patch));
  return update(world, before, wanted, dryRun);
}

export function deleteDeployment(
  world: WriteWorld,
  namespace: string,
  name: string,
  dryRun: boolean,
): object {
  const found = getDeployment(world, namespace, name);
  if (!dryRun) {
    world.removeService(namespace, name);
    removeDeployment(world, found);
  }
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, group: 'apps', kind: 'deployments', uid: found.metadata.uid },
  };
}

/** A deployment seen through its scale subresource. */
export function scaleOf(deployment: Deployment): object {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = deployment.metadata;
  const labels = Object.entries(deployment.spec.selector.matchLabels ?? {});
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: deployment.spec.replicas === 0 ? {} : { replicas: deployment.spec.replicas },
    status: {
      replicas: deployment.status.replicas ?? 0,
      selector: labels.map(([label, value]) => `${label}=${value}`).join(','),
    },
  };
}

/** Writes the replica count from a scale body or a patch of the scale. */
export function writeScale(
  world: ControllerWorld,
  namespace: string,
  name: string,
  change: { body: unknown } | { patch: Patch },
  dryRun: boolean,
): object {
  const before = getDeployment(world, namespace, name);
  const body = 'patch' in change ? applyPatch(scaleOf(before), change.patch) : change.body;
  const scale = decode(scaleInSchema, 'Scale', body);
  const { replicas } = scale.spec;
  if (replicas < 0) {
    const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
    const cause = { reason: 'FieldValueInvalid', message, field: 'spec.replicas' };
    throw invalid({ plural: 'scales', kind: 'Scale', group: 'autoscaling' }, name, [cause]);
  }
  const wanted = structuredClone(before);
  wanted.spec.replicas = replicas;
  const { resourceVersion } = scale.metadata;
  if (resourceVersion !== undefined) wanted.metadata.resourceVersion = resourceVersion;
  return scaleOf(update(world, before, wanted, dryRun));
}

function update(
  world: ControllerWorld,
  before: Deployment,
  wanted: DeploymentIn,
  dryRun: boolean,
): Deployment {
  const { name, namespace, resourceVersion } = before.metadata;
  const sent = wanted.metadata;
  checkNamespace(wanted, namespace);
  if (sent.name !== name) {
    throw badRequest(`the name of the object (${sent.name}) does not match the name on the URL (${name})`);
  }
  if (
    sent.resourceVersion !== undefined &&
    sent.resourceVersion !== '' &&
    sent.resourceVersion !== resourceVersion
  ) {
    throw conflict(DEPLOYMENTS, name);
  }
  validateDeployment(wanted, before);
  const after: Deployment = {
    ...before,
    metadata: { ...before.metadata, labels: sent.labels, annotations: sent.annotations },
    spec: wanted.spec,
  };
  if (!isDeepStrictEqual(plain(after.spec), plain(before.spec))) {
    after.metadata.generation = (before.metadata.generation ?? 0) + 1;
  }
  if (dryRun) return after;
  // A write that changes nothing is no write: the version stays, as on a real server.
  if (isDeepStrictEqual(plain(after), plain(before))) return before;
  return write(world, after);
}

function write(world: ControllerWorld, deployment: Deployment): Deployment {
  world.state.touch(deployment);
  world.state.deployments.set(key(deployment.metadata), deployment);
  world.state.save();
  const written = structuredClone(deployment);
  reconcileDeployment(world, deployment);
  return written;
}

function checkNamespace(wanted: DeploymentIn, namespace: string): void {
  const sent = wanted.metadata.namespace;
  if (sent === undefined || sent === '' || sent === namespace) return;
  throw badRequest(
    `the namespace of the object (${sent}) does not match the namespace on the request (${namespace})`,
  );
}

/** Without the fields that are absent or undefined, which mean the same in JSON. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
