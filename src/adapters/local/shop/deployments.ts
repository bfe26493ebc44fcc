import { shopImage } from './images.ts';
import type { ShopRelease, ShopRepository } from './repository.ts';

/** Where the shop runs. */
export const SHOP_NAMESPACE = 'shop';

/** One rollout: the manifest to apply, and the release it rolls out. */
export type ShopRollout = { release: ShopRelease; deployment: ReturnType<typeof deploymentManifest> };

/**
 * The shop's rollouts. `history` is to be applied oldest first and ends with each service's last good
 * release; the earlier ones ask for no replicas, so that replaying them starts no process and still
 * leaves their revisions. `bad` is the rollout that breaks the shop.
 */
export function shopDeployments(repository: ShopRepository): { history: ShopRollout[]; bad: ShopRollout } {
  const { current, bad } = repository.releases;
  const isBad = (release: ShopRelease) => release.service === bad.service && release.sha === bad.sha;
  const badRelease = repository.history.find(isBad);
  if (!badRelease) throw new Error('The shop has no bad release; open its repository again.');
  const history = repository.history
    .filter((release) => !isBad(release))
    .map((release) => rollout(release, current[release.service] === release.sha ? 1 : 0));
  return { history, bad: rollout(badRelease, 1) };
}

function rollout(release: ShopRelease, replicas: number): ShopRollout {
  return { release, deployment: deploymentManifest(release, replicas) };
}

/** The apps/v1 Deployment of a release. The dependencies' addresses come from the cluster (`<NAME>_URL`). */
function deploymentManifest({ service, tag, sha, subject }: ShopRelease, replicas: number) {
  const labels = { app: service };
  return {
    apiVersion: 'apps/v1' as const,
    kind: 'Deployment' as const,
    metadata: {
      name: service,
      namespace: SHOP_NAMESPACE,
      labels,
      annotations: { 'kubernetes.io/change-cause': `${tag}: ${subject}`, 'sitrep.dev/commit': sha },
    },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: { 'sitrep.dev/commit': sha } },
        spec: {
          // A process stuck in a computation cannot end itself; it should not hold up its successor for long.
          terminationGracePeriodSeconds: 2,
          containers: [
            {
              name: service,
              image: shopImage(service, sha),
              env: [{ name: 'SHOP_RELEASE', value: tag }],
              ports: [{ containerPort: 8080 }],
              readinessProbe: { httpGet: { path: '/healthz', port: 8080 } },
            },
          ],
        },
      },
    },
  };
}
