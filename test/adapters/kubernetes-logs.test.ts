import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { kubernetesClient, type KubernetesClient } from '../../src/adapters/kubernetes/client.ts';
import { podLogs } from '../../src/adapters/kubernetes/logs.ts';
import { startCluster, type LocalCluster } from '../../src/adapters/local/cluster/server.ts';
import { service } from '../support/examples.ts';
import { testImages } from '../support/images.ts';

let home: string;
let cluster: LocalCluster;
let client: KubernetesClient;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'sitrep-logs-'));
  const log = { info: () => undefined, error: () => undefined };
  cluster = await startCluster({ home, images: testImages, log });
  client = kubernetesClient({ url: cluster.url, token: cluster.token, timeoutMs: 5_000 });
});
afterAll(async () => {
  await cluster.stop();
  await rm(home, { recursive: true });
});

async function deploy(name: string, image: string): Promise<void> {
  await fetch(`${cluster.url}/apis/apps/v1/namespaces/shop/deployments`, {
    method: 'POST',
    headers: { authorization: `Bearer ${cluster.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image }] },
        },
      },
    }),
  });
}

const past = () => new Date(Date.now() - 3600_000);

test('the lines of a service are those of its own pods, each with its time', async () => {
  await deploy('pricing', 'test:1');
  await deploy('checkout', 'test:1');
  const lines = await vi.waitFor(
    async () => {
      const found = await podLogs(client).lines(service('pricing'), past());
      expect(found.length).toBeGreaterThan(0);
      return found;
    },
    { timeout: 15_000, interval: 50 },
  );
  expect(lines[0]?.text).toMatch(/^test:1 starts as pricing-/);
  expect(lines.every(({ at }) => at !== null && Math.abs(at.getTime() - Date.now()) < 3600_000)).toBe(true);
});

test('what ran before a restart is read as well', async () => {
  await deploy('catalog', 'test:crash');
  await vi.waitFor(
    async () => {
      const lines = await podLogs(client).lines(service('catalog'), past());
      expect(lines.filter(({ text }) => text.includes('test:crash starts')).length).toBeGreaterThan(1);
    },
    { timeout: 20_000, interval: 100 },
  );
});

test('a service that the cluster does not know is an error, one without a deployment has no lines', async () => {
  await expect(podLogs(client).lines(service('absent'), past())).rejects.toThrow('absent');
  expect(await podLogs(client).lines(service('x', [], { kubernetes: null }), past())).toEqual([]);
});
