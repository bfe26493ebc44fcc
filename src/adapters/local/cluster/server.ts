import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { owned, reconcileDeployment, type ControllerWorld } from './deployment-controller.ts';
import { eventLog } from './events.ts';
import type { ImageSource } from './image-source.ts';
import { authorize, type MayWrite } from './impersonation.ts';
import { startKubelet } from './kubelet.ts';
import { isReady, PORT_ANNOTATION, type Deployment, type Pod } from './objects.ts';
import { answer, type ApiRequest, type ApiResponse, type ApiWorld } from './routes.ts';
import { serviceEnv } from './service-objects.ts';
import { startServiceProxy, type ServiceProxy } from './service-proxy.ts';
import { key, openState, type State } from './state.ts';
import { ApiError, badRequest } from './status.ts';

/**
 * A small local Kubernetes: the API routes that deployment tools need, and real processes instead of
 * containers. Not served: watches, server-side apply, more than one container per pod, liveness probes, and
 * whatever of a pod's spec has no meaning for a process (volumes, resources, command, args).
 */
export type LocalCluster = {
  url: string;
  token: string;
  /** Ends all pods (SIGTERM, after 3 s SIGKILL) and closes the server; no process is left behind. */
  stop(): Promise<void>;
};

export type ClusterLog = {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

export type ClusterOptions = {
  /** Directory for the state, made when missing. */
  home: string;
  images: ImageSource;
  log: ClusterLog;
  /** The clock of timestamps; a demo replays its history with an earlier one. Absent: the machine's. */
  now?: () => Date;
  /** Who may write when somebody is impersonated. Absent: everybody. */
  mayWrite?: MayWrite;
};

const MAX_BODY_BYTES = 3 * 1024 * 1024;
const STOP_GRACE_MS = 3_000;
/** How often every deployment is looked at even when nothing happened: deadlines pass without an event. */
const RESYNC_MS = 1_000;

/** Starts the cluster with what `home` holds from before; pods start at once. Listens on loopback only. */
export async function startCluster({
  home,
  images,
  log,
  now = () => new Date(),
  mayWrite = () => true,
}: ClusterOptions): Promise<LocalCluster> {
  const state = openState(home, now());
  const events = eventLog(now);
  const proxies = new Map<string, ServiceProxy>();
  const kubelet = startKubelet({
    state,
    images,
    events,
    now,
    serviceEnv: (namespace) => serviceEnv(state, namespace),
    onChange: (pod) => reconcileOwnerOf(world, pod),
  });

  async function addService(namespace: string, name: string): Promise<void> {
    const id = key({ namespace, name });
    if (proxies.has(id)) return;
    const proxy = await startServiceProxy({
      name,
      wantedPort: state.services.get(id)?.port ?? 0,
      pods: () => readyPorts(state, namespace, name),
    });
    proxies.set(id, proxy);
    state.services.set(id, { namespace, name, port: proxy.port });
  }

  function removeService(namespace: string, name: string): void {
    const id = key({ namespace, name });
    void proxies.get(id)?.close();
    proxies.delete(id);
    state.services.delete(id);
  }

  const world: ApiWorld = { state, events, kubelet, now, addService, removeService };
  // All addresses first: a pod's environment names the services of its whole namespace.
  for (const { metadata } of state.deployments.values()) await addService(metadata.namespace, metadata.name);
  for (const deployment of state.deployments.values()) reconcileDeployment(world, deployment);
  state.save();

  const tokenHash = sha256(state.token);
  const server = createServer((req, res) => {
    serve(world, tokenHash, mayWrite, req)
      .then((response) => send(res, response))
      .catch((error: unknown) => {
        if (!(error instanceof ApiError))
          log.error({ err: error, path: req.url }, 'local cluster: request failed');
        send(res, failure(error));
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the local cluster has no port');
  const resync = setInterval(() => {
    for (const deployment of state.deployments.values()) reconcileDeployment(world, deployment);
  }, RESYNC_MS);
  resync.unref();
  const url = `http://127.0.0.1:${address.port}`;
  log.info({ url, home }, 'local cluster: started');

  return {
    url,
    token: state.token,
    async stop() {
      clearInterval(resync);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await kubelet.stop(STOP_GRACE_MS);
      await Promise.all([...proxies.values()].map((proxy) => proxy.close()));
      state.save();
    },
  };
}

function reconcileOwnerOf(world: ControllerWorld, pod: Pod): void {
  const { deployments } = world.state;
  const set = pod.metadata.ownerReferences?.[0]?.uid;
  const deployment = [...deployments.values()].find((candidate) =>
    owned(world.state, candidate).some((each) => each.metadata.uid === set),
  );
  if (deployment !== undefined) reconcileDeployment(world, deployment);
}

function readyPorts(state: State, namespace: string, name: string): number[] {
  const deployment: Deployment | undefined = state.deployments.get(key({ namespace, name }));
  if (deployment === undefined) return [];
  const labels = Object.entries(deployment.spec.selector.matchLabels ?? {});
  return [...state.pods.values()]
    .filter((pod) => pod.metadata.namespace === namespace && isReady(pod))
    .filter((pod) => labels.every(([label, value]) => pod.metadata.labels?.[label] === value))
    .map((pod) => Number(pod.metadata.annotations?.[PORT_ANNOTATION]));
}

async function serve(
  world: ApiWorld,
  tokenHash: Buffer,
  mayWrite: MayWrite,
  req: IncomingMessage,
): Promise<ApiResponse> {
  const url = new URL(req.url ?? '/', 'http://cluster.local');
  if (url.pathname === '/healthz') return { code: 200, text: 'ok' };
  const sent = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1] ?? '';
  // Hashes have equal lengths, which the comparison in constant time needs.
  if (!timingSafeEqual(sha256(sent), tokenHash)) throw new ApiError(401, 'Unauthorized', 'Unauthorized');
  const user = req.headersDistinct['impersonate-user']?.[0];
  const groups = req.headersDistinct['impersonate-group'] ?? [];
  const method = req.method ?? 'GET';
  authorize(method, url.pathname, user === undefined ? null : { user, groups }, mayWrite);
  const request: ApiRequest = {
    method,
    path: url.pathname,
    query: url.searchParams,
    contentType: (req.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '',
    body: await readJson(req),
  };
  return answer(world, request);
}

async function readJson(req: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw new ApiError(
        413,
        'RequestEntityTooLarge',
        `Request entity too large: limit is ${MAX_BODY_BYTES}`,
      );
    }
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    throw badRequest(`the object provided is not JSON: ${(error as Error).message}`);
  }
}

function send(res: ServerResponse, response: ApiResponse): void {
  const isText = 'text' in response;
  res.writeHead(response.code, { 'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json' });
  res.end(isText ? response.text : JSON.stringify(response.body));
}

function failure(error: unknown): ApiResponse {
  if (error instanceof ApiError) return { code: error.code, body: error.body() };
  const message = 'Internal error occurred: see the log of the local cluster';
  return { code: 500, body: new ApiError(500, 'InternalError', message).body() };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
