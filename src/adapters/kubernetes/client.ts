import type { z } from 'zod';
import { errorOfAnswer, KubernetesError } from './error.ts';
import { apps, core, node } from './path.ts';
import {
  deploymentSchema,
  eventSchema,
  listOf,
  nodeSchema,
  podSchema,
  replicaSetSchema,
  scaleSchema,
  type Deployment,
  type Event,
  type Node,
  type Pod,
  type ReplicaSet,
  type Scale,
} from './schema.ts';
import { send } from './send.ts';

export type PatchType =
  'application/json-patch+json' | 'application/merge-patch+json' | 'application/strategic-merge-patch+json';

export type PatchOptions = {
  contentType: PatchType;
  /** True: the server checks and answers as if, and stores nothing. */
  dryRun?: boolean;
  /** In whose name the server is to carry it out; absent: the token's own. */
  as?: KubernetesIdentity | undefined;
};

/** Somebody the API server knows; it checks this person's rights, and its audit log names both. */
export type KubernetesIdentity = { user: string; groups: string[] };

/** Labels that must all be equal, e.g. `{ app: 'checkout' }`. */
export type Selector = Record<string, string>;

/** Reads and changes workloads. Every method throws KubernetesError; see there for what a failed write means. */
export type KubernetesClient = {
  getDeployment(namespace: string, name: string): Promise<Deployment>;
  listDeployments(namespace: string, selector?: Selector): Promise<Deployment[]>;
  listReplicaSets(namespace: string, selector?: Selector): Promise<ReplicaSet[]>;
  patchDeployment(
    namespace: string,
    name: string,
    patch: unknown,
    options: PatchOptions,
  ): Promise<Deployment>;
  getScale(namespace: string, name: string): Promise<Scale>;
  patchScale(namespace: string, name: string, patch: unknown, options: PatchOptions): Promise<Scale>;
  listPods(namespace: string, selector?: Selector): Promise<Pod[]>;
  /** The pods of all namespaces that were placed on a node. */
  listPodsOn(node: string): Promise<Pod[]>;
  getNode(name: string): Promise<Node>;
  patchNode(name: string, patch: unknown, options: PatchOptions): Promise<Node>;
  /** Events of a namespace; `about` narrows to one object's name. */
  listEvents(namespace: string, about?: { name: string }): Promise<Event[]>;
  /** The last lines of a pod's log as text; `previous` reads the run before the last restart. */
  readPodLog(namespace: string, name: string, options?: LogOptions): Promise<string>;
};

export type LogOptions = {
  tailLines?: number;
  sinceSeconds?: number;
  previous?: boolean;
  /** True: each line begins with the time at which it was written. */
  timestamps?: boolean;
  /** Needed where a pod has several. */
  container?: string;
};

export type KubernetesOptions = {
  /** The API server, e.g. `https://10.0.0.1:6443`. */
  url: string;
  token: string;
  /** The cluster's certificate authority in PEM, when it is not one that the system trusts. */
  ca?: string;
  timeoutMs: number;
  /** When it is aborted nothing more is sent, and what is under way is given up. */
  until?: AbortSignal | undefined;
};

const DEFAULT_TAIL_LINES = 200;

/** A client for one cluster; holds no connection open. */
export function kubernetesClient(options: KubernetesOptions): KubernetesClient {
  const { token, ca, timeoutMs, until } = options;

  async function exchange(
    method: string,
    path: string,
    query: Record<string, string>,
    body?: { contentType: string; text: string },
    as?: KubernetesIdentity,
  ): Promise<{ code: number; text: string }> {
    if (until?.aborted)
      throw new KubernetesError('The time for this action is up; the request was not sent.', {
        code: 0,
        reason: 'Timeout',
        outcome: 'refused',
      });
    const url = new URL(options.url.replace(/\/+$/, '') + path);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const answer = await send({
      url,
      method,
      token,
      timeoutMs,
      ...(until === undefined ? {} : { until }),
      headers: as ? { 'impersonate-user': as.user, 'impersonate-group': as.groups } : {},
      ...(ca === undefined ? {} : { ca }),
      ...(body === undefined ? {} : { body }),
    });
    if (answer.code >= 300) throw errorOfAnswer(answer.code, answer.text);
    return answer;
  }

  async function read<T>(schema: z.ZodType<T>, path: string, query: Record<string, string> = {}): Promise<T> {
    const answer = await exchange('GET', path, query);
    return parse(schema, answer, path);
  }

  async function patch<T>(
    schema: z.ZodType<T>,
    path: string,
    change: unknown,
    how: PatchOptions,
  ): Promise<T> {
    const query = how.dryRun === true ? { dryRun: 'All' } : {};
    const body = { contentType: how.contentType, text: JSON.stringify(change) };
    const answer = await exchange('PATCH', path, query, body, how.as);
    return parse(schema, answer, path);
  }

  return {
    getDeployment: async (namespace, name) => read(deploymentSchema, apps(namespace, 'deployments', name)),
    async listDeployments(namespace, selector) {
      const path = apps(namespace, 'deployments');
      return (await read(listOf(deploymentSchema), path, labelQuery(selector))).items;
    },
    async listReplicaSets(namespace, selector) {
      const path = apps(namespace, 'replicasets');
      return (await read(listOf(replicaSetSchema), path, labelQuery(selector))).items;
    },
    patchDeployment: async (namespace, name, change, how) =>
      patch(deploymentSchema, apps(namespace, 'deployments', name), change, how),
    getScale: async (namespace, name) => read(scaleSchema, `${apps(namespace, 'deployments', name)}/scale`),
    patchScale: async (namespace, name, change, how) =>
      patch(scaleSchema, `${apps(namespace, 'deployments', name)}/scale`, change, how),
    async listPods(namespace, selector) {
      return (await read(listOf(podSchema), core(namespace, 'pods'), labelQuery(selector))).items;
    },
    async listPodsOn(name) {
      const query = { fieldSelector: `spec.nodeName=${name}` };
      return (await read(listOf(podSchema), '/api/v1/pods', query)).items;
    },
    getNode: async (name) => read(nodeSchema, node(name)),
    patchNode: async (name, change, how) => patch(nodeSchema, node(name), change, how),
    async listEvents(namespace, about) {
      const query: Record<string, string> =
        about === undefined ? {} : { fieldSelector: `involvedObject.name=${about.name}` };
      return (await read(listOf(eventSchema), core(namespace, 'events'), query)).items;
    },
    async readPodLog(namespace, name, log = {}) {
      const answer = await exchange('GET', `${core(namespace, 'pods', name)}/log`, {
        tailLines: String(log.tailLines ?? DEFAULT_TAIL_LINES),
        ...(log.sinceSeconds === undefined ? {} : { sinceSeconds: String(log.sinceSeconds) }),
        ...(log.previous === true ? { previous: 'true' } : {}),
        ...(log.timestamps === true ? { timestamps: 'true' } : {}),
        ...(log.container === undefined ? {} : { container: log.container }),
      });
      return answer.text;
    },
  };
}

function labelQuery(selector: Selector | undefined): Record<string, string> {
  if (selector === undefined) return {};
  return {
    labelSelector: Object.entries(selector)
      .map(([label, value]) => `${label}=${value}`)
      .join(','),
  };
}

function parse<T>(schema: z.ZodType<T>, answer: { code: number; text: string }, path: string): T {
  const unusable = (why: string) =>
    new KubernetesError(`Kubernetes answered ${answer.code} at ${path} with what is not understood: ${why}`, {
      code: answer.code,
      reason: 'UnexpectedAnswer',
      // The server said yes, so a write has been carried out even if its answer cannot be read.
      outcome: 'unknown',
    });
  let json: unknown;
  try {
    json = JSON.parse(answer.text);
  } catch {
    throw unusable('not JSON');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw unusable(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}
