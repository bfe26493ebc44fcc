import type { KubernetesClient } from '../../kubernetes/client.ts';
import type { LocalCluster } from '../cluster/server.ts';
import { SHOP_NAMESPACE, type ShopRollout } from '../shop/deployments.ts';

/**
 * Gives a new cluster the shop's past: each rollout is applied with the cluster's clock set to its day,
 * so that revisions exist and are as old as their releases. Does nothing where deployments exist.
 */
export async function replayRollouts(
  cluster: LocalCluster,
  client: KubernetesClient,
  rollouts: readonly ShopRollout[],
  clock: { at: Date | null },
): Promise<void> {
  const existing = await client.listDeployments(SHOP_NAMESPACE);
  if (existing.length > 0) return;
  const created = new Set<string>();
  for (const { release, deployment } of rollouts) {
    clock.at = release.at;
    const { name } = deployment.metadata;
    const path = `/apis/apps/v1/namespaces/${SHOP_NAMESPACE}/deployments${created.has(name) ? `/${name}` : ''}`;
    const answer = await fetch(`${cluster.url}${path}`, {
      method: created.has(name) ? 'PUT' : 'POST',
      headers: { Authorization: `Bearer ${cluster.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(deployment),
    });
    if (!answer.ok) throw new Error(`The local cluster refused ${release.tag}: ${await answer.text()}`);
    created.add(name);
  }
  clock.at = null;
}
