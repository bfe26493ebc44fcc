import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { kubernetesClient, type KubernetesClient } from '../../../../src/adapters/kubernetes/client.ts';
import { clusterOver } from '../../../../src/adapters/kubernetes/cluster.ts';
import { startCluster, type LocalCluster } from '../../../../src/adapters/local/cluster/server.ts';
import { testImages } from '../../../support/images.ts';

const NS = 'shop';
const MERGE = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';
const SOON = { timeout: 15_000, interval: 50 };
const silent = { info: () => undefined, error: () => undefined };

let home: string;
let cluster: LocalCluster;
let client: KubernetesClient;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'sitrep-cluster-'));
  await start();
});

afterEach(async () => {
  await cluster.stop();
  await rm(home, { recursive: true });
});

async function start(): Promise<void> {
  cluster = await startCluster({ home, images: testImages, log: silent });
  client = kubernetesClient({ url: cluster.url, token: cluster.token, timeoutMs: 5_000 });
}

async function api(method: string, path: string, body?: unknown): Promise<any> {
  const response = await fetch(cluster.url + path, {
    method,
    headers: { authorization: `Bearer ${cluster.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.json();
}

async function deploy(
  name: string,
  image: string,
  options: { replicas?: number; pod?: object } = {},
): Promise<void> {
  const answer = await api('POST', `/apis/apps/v1/namespaces/${NS}/deployments`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: options.replicas ?? 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          terminationGracePeriodSeconds: 1,
          ...options.pod,
          containers: [
            {
              name: 'main',
              image,
              readinessProbe: { httpGet: { path: '/healthz' }, periodSeconds: 1, failureThreshold: 1 },
            },
          ],
        },
      },
    },
  });
  expect(answer.kind, JSON.stringify(answer)).toBe('Deployment');
}

const setImage = (name: string, image: string) =>
  client.patchDeployment(
    NS,
    name,
    { spec: { template: { spec: { containers: [{ name: 'main', image }] } } } },
    { contentType: STRATEGIC },
  );

async function settled(name: string, replicas = 1): Promise<void> {
  await vi.waitFor(async () => {
    const { metadata, spec, status } = await client.getDeployment(NS, name);
    expect(status).toMatchObject({
      observedGeneration: metadata.generation,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
    });
    expect(spec.replicas).toBe(replicas);
  }, SOON);
}

async function serviceUrl(name: string): Promise<string> {
  const { items } = await api('GET', `/api/v1/namespaces/${NS}/services`);
  const service = items.find((item: any) => item.metadata.name === name);
  return `http://${service.spec.clusterIP}:${service.spec.ports[0].port}`;
}

async function ask(url: string, path = '/'): Promise<any> {
  return (await fetch(url + path)).json();
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a pod is a process behind the stable address, with the addresses of the others and no secrets', async () => {
  vi.stubEnv('SLACK_BOT_TOKEN', 'xoxb-secret');
  await deploy('pricing-api', 'test:1');
  await deploy('checkout', 'test:1');
  await settled('checkout');
  const answer = await ask(await serviceUrl('checkout'));
  const [pod] = await client.listPods(NS, { app: 'checkout' });
  expect(answer).toMatchObject({ image: 'test:1', pod: pod?.metadata.name });
  expect(answer.env).toMatchObject({
    PORT: pod?.metadata.annotations['sitrep.local/port'],
    HOSTNAME: pod?.metadata.name,
    PRICING_API_URL: await serviceUrl('pricing-api'),
    CHECKOUT_URL: await serviceUrl('checkout'),
  });
  expect(answer.env).not.toHaveProperty('SLACK_BOT_TOKEN');
  expect(answer.env).not.toHaveProperty('NODE_OPTIONS');
  expect(pod?.status.podIP).toBe('127.0.0.1');
  expect(await client.readPodLog(NS, pod?.metadata.name ?? '')).toContain(
    `test:1 starts as ${pod?.metadata.name}\n`,
  );
});

test('a rolling update serves all the while, ends the old process, and can be rolled back', async () => {
  await deploy('web', 'test:1');
  await settled('web');
  const url = await serviceUrl('web');
  const { pid: oldPid } = await ask(url);
  const seen: string[] = [];
  let rolling = true;
  const visitor = (async () => {
    while (rolling) {
      const response = await fetch(url);
      seen.push(response.ok ? ((await response.json()) as any).image : `error ${response.status}`);
    }
  })();
  await setImage('web', 'test:2');
  await vi.waitFor(() => expect(seen.at(-1)).toBe('test:2'), SOON);
  await settled('web');
  rolling = false;
  await visitor;
  expect(new Set(seen)).toEqual(new Set(['test:1', 'test:2']));
  await vi.waitFor(() => expect(alive(oldPid)).toBe(false), SOON);

  const sets = await client.listReplicaSets(NS, { app: 'web' });
  const first = sets.find((set) => set.metadata.annotations['deployment.kubernetes.io/revision'] === '1');
  await client.patchDeployment(
    NS,
    'web',
    [{ op: 'replace', path: '/spec/template', value: first?.spec.template.raw }],
    {
      contentType: 'application/json-patch+json',
    },
  );
  await settled('web');
  expect((await ask(url)).image).toBe('test:1');
  const { conditions } = (await client.getDeployment(NS, 'web')).status;
  expect(conditions.map(({ type, status, reason }) => [type, status, reason])).toEqual([
    ['Available', 'True', 'MinimumReplicasAvailable'],
    ['Progressing', 'True', 'NewReplicaSetAvailable'],
  ]);
});

test('an unknown image leaves the old pods serving and the new one waiting', async () => {
  await deploy('web', 'test:1');
  await settled('web');
  await setImage('web', 'nowhere/nothing:9');
  await vi.waitFor(async () => {
    const reasons = (await client.listPods(NS)).map(
      (pod) => pod.status.containerStatuses[0]?.state.waiting?.reason,
    );
    expect(reasons).toContain('ImagePullBackOff');
  }, SOON);
  expect((await ask(await serviceUrl('web'))).image).toBe('test:1');
  const { status } = await client.getDeployment(NS, 'web');
  expect(status).toMatchObject({ updatedReplicas: 1, readyReplicas: 1, replicas: 2 });
  const events = await client.listEvents(NS);
  expect(events.some((event) => event.reason === 'Failed' && event.message.includes('not found'))).toBe(true);
});

test('a crashing container is restarted with a growing pause, and its former log can be read', async () => {
  await deploy('web', 'test:crash');
  const crashed = await vi.waitFor(async () => {
    const [pod] = await client.listPods(NS);
    const status = pod?.status.containerStatuses[0];
    expect(status?.restartCount).toBeGreaterThanOrEqual(2);
    expect(status?.state.waiting?.reason).toBe('CrashLoopBackOff');
    if (pod === undefined) throw new Error('no pod');
    return pod;
  }, SOON);
  expect(crashed.status.containerStatuses[0]?.lastState.terminated).toMatchObject({
    exitCode: 3,
    reason: 'Error',
  });
  expect(await client.readPodLog(NS, crashed.metadata.name, { previous: true })).toContain(
    'test:crash starts',
  );
  expect((await client.getDeployment(NS, 'web')).status.conditions[0]).toMatchObject({
    type: 'Available',
    status: 'False',
  });
});

test('a pod that fails its readiness probe gets no traffic, and comes back', async () => {
  await deploy('web', 'test:1', { replicas: 2 });
  await settled('web', 2);
  const url = await serviceUrl('web');
  const pods = new Set(await Promise.all(Array.from({ length: 6 }, async () => (await ask(url)).pod)));
  expect(pods.size).toBe(2);
  const { pod: sick } = await ask(url, '/fail-health');
  await vi.waitFor(
    async () => expect((await client.getDeployment(NS, 'web')).status.readyReplicas).toBe(1),
    SOON,
  );
  const answers = await Promise.all(Array.from({ length: 6 }, async () => (await ask(url)).pod));
  expect(answers).not.toContain(sick);

  await api('DELETE', `/api/v1/namespaces/${NS}/pods/${sick}`);
  await settled('web', 2);
  expect((await client.listPods(NS)).map((pod) => pod.metadata.name)).not.toContain(sick);
});

test('without a ready pod the service answers 503', async () => {
  await deploy('web', 'test:unready');
  const response = await fetch(await serviceUrl('web'));
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ error: 'no pod of web is ready' });
});

test('scaling starts and ends processes; a stubborn one is killed after its grace period', async () => {
  await deploy('web', 'test:stubborn', { replicas: 2 });
  await settled('web', 2);
  const url = await serviceUrl('web');
  const pids = new Set<number>();
  for (let i = 0; i < 4; i += 1) pids.add((await ask(url)).pid);
  expect(pids.size).toBe(2);
  await client.patchScale(NS, 'web', { spec: { replicas: 0 } }, { contentType: MERGE });
  const begun = Date.now();
  await vi.waitFor(() => expect([...pids].filter(alive)).toEqual([]), SOON);
  expect(Date.now() - begun).toBeGreaterThan(800);
  await vi.waitFor(async () => expect(await client.listPods(NS)).toEqual([]), SOON);
});

test('revisions of a deployment without replicas are made at once, so a history can be replayed cheaply', async () => {
  await deploy('web', 'test:1', { replicas: 0 });
  for (const image of ['test:2', 'test:3', 'test:4']) await setImage('web', image);
  const revisions = (await client.listReplicaSets(NS)).map(
    (set) => set.metadata.annotations['deployment.kubernetes.io/revision'],
  );
  expect(new Set(revisions)).toEqual(new Set(['1', '2', '3', '4']));
  expect(revisions).toHaveLength(4);
  expect(await client.listPods(NS)).toEqual([]);
});

test('pods spread over the nodes; where all are cordoned a new one waits until one is opened', async () => {
  const world = clusterOver(client, null);
  const cordon = async (node: string, unschedulable: boolean) => {
    const { resourceVersion = '' } = (await world.node(node)) ?? {};
    const change = { unschedulable, resourceVersion, mark: 'test' };
    await world.setSchedulable(node, change, { dryRun: false, approvedBy: [] });
  };
  await deploy('web', 'test:1', { replicas: 2 });
  expect(await world.podsOn('node-a')).toMatchObject([{ namespace: NS, deployment: 'web' }]);
  expect(await world.podsOn('node-b')).toMatchObject([{ namespace: NS, deployment: 'web' }]);

  await cordon('node-a', true);
  await cordon('node-b', true);
  await deploy('late', 'test:2');
  expect(await client.listPods(NS, { app: 'late' })).toMatchObject([{ status: { phase: 'Pending' } }]);
  expect(await world.podsOn('node-a')).toHaveLength(1);

  await cordon('node-b', false);
  expect(await world.podsOn('node-b')).toMatchObject([{ deployment: 'web' }, { deployment: 'late' }]);
  await vi.waitFor(
    async () =>
      expect(await client.listPods(NS, { app: 'late' })).toMatchObject([{ status: { phase: 'Running' } }]),
    SOON,
  );
});

test('a restart keeps objects, identities, revisions and addresses, and starts the pods anew', async () => {
  await deploy('web', 'test:1');
  await settled('web');
  await setImage('web', 'test:2');
  await settled('web');
  const url = await serviceUrl('web');
  const before = await client.getDeployment(NS, 'web');
  const { pid } = await ask(url);
  const { token } = cluster;
  await cluster.stop();
  expect(alive(pid)).toBe(false);
  await expect(fetch(url)).rejects.toThrow();

  await start();
  expect(cluster.token).toBe(token);
  await settled('web');
  const after = await client.getDeployment(NS, 'web');
  expect(after.metadata).toMatchObject({
    uid: before.metadata.uid,
    generation: before.metadata.generation,
    creationTimestamp: before.metadata.creationTimestamp,
    annotations: before.metadata.annotations,
  });
  expect(Number(after.metadata.resourceVersion)).toBeGreaterThan(Number(before.metadata.resourceVersion));
  expect(await client.listReplicaSets(NS)).toHaveLength(2);
  expect(await serviceUrl('web')).toBe(url);
  expect((await ask(url)).image).toBe('test:2');
});

test('when the process of the cluster is killed, its pods die, a busy one too', async () => {
  const other = await mkdtemp(join(tmpdir(), 'sitrep-cluster-'));
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../../support/cluster-process.ts'), other],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await vi.waitFor(() => expect(output).toContain('\n'), SOON);
  const pids: number[] = JSON.parse(output);
  expect(pids).toHaveLength(2);
  expect(pids.every(alive)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await vi.waitFor(() => expect(pids.filter(alive)).toEqual([]), SOON);
  await rm(other, { recursive: true });
});
