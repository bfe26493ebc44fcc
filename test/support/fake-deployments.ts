import type { Cluster } from '../../src/act/world/cluster.ts';
import { fakeCluster, type FakeCluster } from './fake-cluster.ts';

/** Several deployments in memory by their name, and the names of those that were written to, in the order of the writes. */
export function fakeDeployments(...names: string[]): {
  cluster: Cluster;
  of: (name: string) => FakeCluster;
  written: string[];
} {
  const parts = new Map(names.map((name) => [name, fakeCluster([`shop/${name}:v1`, `shop/${name}:v2`])]));
  const of = (name: string): FakeCluster => {
    const part = parts.get(name);
    if (!part) throw new Error(`there is no deployment ${name} in this test`);
    return part;
  };
  const written: string[] = [];
  const cluster: Cluster = {
    ...of(names[0] ?? ''),
    deployment: async (namespace, name) => parts.get(name)?.deployment(namespace, 'pricing') ?? null,
    revisions: (namespace, name) => of(name).revisions(namespace, 'pricing'),
    tryPatch: (namespace, name, patch) => of(name).tryPatch(namespace, 'pricing', patch),
    async patch(namespace, name, patch, options) {
      const before = of(name).writes.length;
      try {
        return await of(name).patch(namespace, 'pricing', patch, options);
      } finally {
        if (of(name).writes.length > before) written.push(name);
      }
    },
  };
  return { cluster, of, written };
}
