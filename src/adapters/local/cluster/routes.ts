import {
  createDeployment,
  deleteDeployment,
  getDeployment,
  patchDeployment,
  replaceDeployment,
  scaleOf,
  writeScale,
  type WriteWorld,
} from './deployment-writes.ts';
import { discovery } from './discovery.ts';
import type { Kubelet } from './kubelet.ts';
import { renderLog } from './log-buffer.ts';
import { getNode, patchNode } from './nodes.ts';
import type { ObjectMeta, Pod } from './objects.ts';
import { fieldSelector, labelSelector } from './selectors.ts';
import { serviceObjects } from './service-objects.ts';
import { key } from './state.ts';
import {
  badRequest,
  invalid,
  methodNotAllowed,
  noSuchRoute,
  notFound,
  PODS,
  REPLICA_SETS,
} from './status.ts';

/** The routes of the API: which path and method reads or writes what. */

export type ApiRequest = {
  method: string;
  path: string;
  query: URLSearchParams;
  contentType: string;
  body: unknown;
};

export type ApiResponse = { code: number; body: object } | { code: number; text: string };

export type ApiWorld = WriteWorld & { kubelet: Kubelet };

/** Answers a request; throws ApiError for what the API refuses. */
export async function answer(world: ApiWorld, request: ApiRequest): Promise<ApiResponse> {
  const document = discovery(request.path);
  if (document !== undefined) return readOnly(request, document);
  const deployments =
    /^\/apis\/apps\/v1(?:\/namespaces\/([^/]+))?\/deployments(?:\/([^/]+)(\/scale)?)?$/.exec(request.path);
  if (deployments !== null) return answerDeployments(world, request, deployments);
  const sets = /^\/apis\/apps\/v1(?:\/namespaces\/([^/]+))?\/replicasets(?:\/([^/]+))?$/.exec(request.path);
  if (sets !== null) return answerReplicaSets(world, request, sets);
  const pods = /^\/api\/v1(?:\/namespaces\/([^/]+))?\/pods(?:\/([^/]+)(\/log)?)?$/.exec(request.path);
  if (pods !== null) return answerPods(world, request, pods);
  const nodes = /^\/api\/v1\/nodes(?:\/([^/]+))?$/.exec(request.path);
  if (nodes !== null) return answerNodes(world, request, nodes[1]);
  const rest = /^\/api\/v1(?:\/namespaces\/([^/]+))?\/(events|services)$/.exec(request.path);
  if (rest === null) throw noSuchRoute();
  const [, namespace, kind] = rest;
  if (kind === 'events')
    return readOnly(request, list(world, 'v1', 'Event', world.events.list(), namespace, request));
  return readOnly(request, list(world, 'v1', 'Service', serviceObjects(world.state), namespace, request));
}

async function answerDeployments(
  world: ApiWorld,
  request: ApiRequest,
  path: RegExpExecArray,
): Promise<ApiResponse> {
  const [, namespace, name, scale] = path;
  const { method, contentType, body } = request;
  const dryRun = isDryRun(request);
  if (namespace === undefined || name === undefined) {
    if (method === 'POST' && namespace !== undefined) {
      return { code: 201, body: await createDeployment(world, namespace, body, dryRun) };
    }
    return readOnly(
      request,
      list(world, 'apps/v1', 'Deployment', [...world.state.deployments.values()], namespace, request),
    );
  }
  const patch = { contentType, body };
  if (scale !== undefined) {
    if (method === 'PUT') return ok(writeScale(world, namespace, name, { body }, dryRun));
    if (method === 'PATCH') return ok(writeScale(world, namespace, name, { patch }, dryRun));
    return readOnly(request, scaleOf(getDeployment(world, namespace, name)));
  }
  if (method === 'PUT') return ok(replaceDeployment(world, namespace, name, body, dryRun));
  if (method === 'PATCH') return ok(patchDeployment(world, namespace, name, patch, dryRun));
  if (method === 'DELETE') return ok(deleteDeployment(world, namespace, name, dryRun));
  return readOnly(request, getDeployment(world, namespace, name));
}

function answerReplicaSets(world: ApiWorld, request: ApiRequest, path: RegExpExecArray): ApiResponse {
  const [, namespace, name] = path;
  if (namespace === undefined || name === undefined) {
    const all = [...world.state.replicaSets.values()];
    return readOnly(request, list(world, 'apps/v1', 'ReplicaSet', all, namespace, request));
  }
  const found = world.state.replicaSets.get(key({ namespace, name }));
  if (found === undefined) throw notFound(REPLICA_SETS, name);
  return readOnly(request, found);
}

function answerPods(world: ApiWorld, request: ApiRequest, path: RegExpExecArray): ApiResponse {
  const [, namespace, name, log] = path;
  if (namespace === undefined || name === undefined) {
    return readOnly(request, list(world, 'v1', 'Pod', [...world.state.pods.values()], namespace, request));
  }
  const pod = world.state.pods.get(key({ namespace, name }));
  if (pod === undefined) throw notFound(PODS, name);
  if (log !== undefined) return answerLog(world, request, pod);
  if (request.method !== 'DELETE') return readOnly(request, pod);
  if (!isDryRun(request)) world.kubelet.remove(pod);
  return ok(pod);
}

function answerNodes(world: ApiWorld, request: ApiRequest, name: string | undefined): ApiResponse {
  const { state } = world;
  if (name === undefined) {
    return readOnly(request, list(world, 'v1', 'Node', [...state.nodes.values()], undefined, request));
  }
  if (request.method !== 'PATCH') return readOnly(request, getNode(state, name));
  const patched = patchNode(state, name, request, isDryRun(request));
  if (!isDryRun(request)) world.kubelet.placeWaiting();
  return ok(patched);
}

function answerLog(world: ApiWorld, { method, query }: ApiRequest, pod: Pod): ApiResponse {
  if (method !== 'GET') throw methodNotAllowed();
  if (query.get('follow') === 'true') {
    throw badRequest('the local cluster does not follow logs; ask again with sinceSeconds or tailLines');
  }
  const name = pod.spec.containers[0]?.name ?? '';
  const wanted = query.get('container');
  if (wanted !== null && wanted !== name) {
    throw badRequest(`container ${wanted} is not valid for pod ${pod.metadata.name}`);
  }
  const running = world.kubelet.process(pod);
  const log = query.get('previous') === 'true' ? running?.previousLog() : running?.log();
  if (log === undefined) {
    throw badRequest(`previous terminated container "${name}" in pod "${pod.metadata.name}" not found`);
  }
  const tailLines = wholeNumber(query, 'tailLines');
  const sinceSeconds = wholeNumber(query, 'sinceSeconds');
  const limitBytes = wholeNumber(query, 'limitBytes');
  const text = renderLog(log.lines(), {
    timestamps: query.get('timestamps') === 'true',
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(sinceSeconds === undefined ? {} : { since: new Date(world.now().getTime() - sinceSeconds * 1_000) }),
  });
  return { code: 200, text };
}

function list(
  world: ApiWorld,
  apiVersion: string,
  kind: string,
  objects: readonly { metadata: Partial<Pick<ObjectMeta, 'namespace' | 'labels'>> }[],
  namespace: string | undefined,
  { query }: ApiRequest,
): object {
  if (query.get('watch') === 'true') {
    throw badRequest('the local cluster does not serve watches; list again instead');
  }
  const labels = labelSelector(query.get('labelSelector'));
  const fields = fieldSelector(query.get('fieldSelector'));
  const items = objects.filter(
    (object) =>
      (namespace === undefined || object.metadata.namespace === namespace) &&
      labels(object.metadata.labels ?? {}) &&
      fields(object),
  );
  return { kind: `${kind}List`, apiVersion, metadata: { resourceVersion: world.state.version() }, items };
}

function isDryRun({ query }: ApiRequest): boolean {
  const value = query.get('dryRun');
  if (value === null) return false;
  if (value === 'All') return true;
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: "All"`;
  throw invalid({ plural: '', kind: 'WriteOptions', group: 'meta.k8s.io' }, '', [
    { reason: 'FieldValueNotSupported', message, field: 'dryRun' },
  ]);
}

function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^\d+$/.test(text)) throw badRequest(`${name}: Invalid value: "${text}": must be a whole number`);
  return Number(text);
}

function readOnly({ method }: ApiRequest, body: object): ApiResponse {
  if (method !== 'GET') throw methodNotAllowed();
  return ok(body);
}

function ok(body: object): ApiResponse {
  return { code: 200, body };
}
