import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { startCluster, type LocalCluster } from '../../src/adapters/local/cluster/server.ts';
import { testImages } from '../support/images.ts';
import { kubernetesContract } from '../support/kubernetes-contract.ts';
import { kubernetesIdentityContract } from '../support/kubernetes-identity-contract.ts';
import { kubernetesNodeContract } from '../support/kubernetes-node-contract.ts';
import type { ContractSubject } from '../support/kubernetes-subject.ts';
import { realApiServer, realUrl } from '../support/real-api-server.ts';

const silent = { info: () => undefined, error: () => undefined };

function contracts(subject: () => ContractSubject): void {
  kubernetesContract(subject);
  kubernetesNodeContract(subject);
  kubernetesIdentityContract(subject);
}

describe('local cluster', () => {
  let home: string;
  let cluster: LocalCluster;
  const granted = new Set<string>();
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'sitrep-cluster-'));
    cluster = await startCluster({
      home,
      images: testImages,
      log: silent,
      mayWrite: ({ user }) => granted.has(user),
    });
  });
  afterAll(async () => {
    await cluster.stop();
    await rm(home, { recursive: true });
  });

  contracts(() => ({
    url: cluster.url,
    token: cluster.token,
    images: ['test:1', 'test:2'],
    node: 'node-b',
    grant: async (user) => void granted.add(user),
  }));
});

// A real API server is at hand only where somebody set one up.
describe.skipIf(realUrl === undefined)('real API server at KUBE_TEST_URL', () => {
  contracts(realApiServer());
});
