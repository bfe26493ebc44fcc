import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { startCluster, type LocalCluster } from '../../src/adapters/local/cluster/server.ts';
import { testImages } from '../support/images.ts';
import { kubernetesContract } from '../support/kubernetes-contract.ts';

const silent = { info: () => undefined, error: () => undefined };

describe('local cluster', () => {
  let home: string;
  let cluster: LocalCluster;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'sitrep-cluster-'));
    cluster = await startCluster({ home, images: testImages, log: silent });
  });
  afterAll(async () => {
    await cluster.stop();
    await rm(home, { recursive: true });
  });

  kubernetesContract(() => ({ url: cluster.url, token: cluster.token, images: ['test:1', 'test:2'] }));
});

const realUrl = process.env['KUBE_TEST_URL'];

// A real API server is at hand only where somebody set one up; its controllers must run, its pods need not.
describe.skipIf(realUrl === undefined)('real API server at KUBE_TEST_URL', () => {
  kubernetesContract(() => ({
    url: realUrl ?? '',
    token: process.env['KUBE_TEST_TOKEN'] ?? '',
    images: ['registry.example/test:1', 'registry.example/test:2'],
  }));
});
