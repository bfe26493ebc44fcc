import type { Deployment } from '../../kubernetes/schema.ts';
import type { KubernetesClient } from '../../kubernetes/client.ts';
import type { PrometheusClient } from '../../prometheus/client.ts';
import type { ShopControl } from '../console/shop-html.ts';
import { SHOP_NAMESPACE, shopDeployments } from '../shop/deployments.ts';
import type { ShopRepository } from '../shop/repository.ts';

const MANY_ERRORS = 0.1;
const SLOW_S = 0.5;

/** How the console looks at the shop and breaks it; breaking is an ordinary rollout of the defective release. */
export function shopControl(parts: {
  client: KubernetesClient;
  metrics: PrometheusClient;
  repository: ShopRepository;
}): ShopControl {
  const { client, metrics, repository } = parts;
  const { bad } = shopDeployments(repository);

  async function bySeries(series: string): Promise<Map<string, number>> {
    const samples = await metrics.instant(series);
    return new Map(samples.map((sample) => [sample.labels['service'] ?? '', sample.value]));
  }

  return {
    async status() {
      const [deployments, errors, latency, rate] = await Promise.all([
        client.listDeployments(SHOP_NAMESPACE),
        bySeries('service:request_errors:ratio'),
        bySeries('service:request_latency_seconds:p95'),
        bySeries('service:requests:rate'),
      ]);
      const services = deployments.map((deployment) => {
        const { name } = deployment.metadata;
        const errorRatio = errors.get(name);
        const p95Seconds = latency.get(name);
        const requestsPerSecond = rate.get(name);
        const ready = deployment.status.availableReplicas;
        const ill = (errorRatio ?? 0) > MANY_ERRORS || (p95Seconds ?? 0) > SLOW_S;
        return {
          name,
          release: releaseOf(deployment, repository),
          ready,
          replicas: deployment.spec.replicas,
          ...(errorRatio === undefined ? {} : { errorRatio }),
          ...(p95Seconds === undefined ? {} : { p95Seconds }),
          ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }),
          state: ready === 0 ? ('down' as const) : ill ? ('degraded' as const) : ('healthy' as const),
        };
      });
      const broken = deployments.some(
        (one) =>
          one.metadata.name === bad.release.service &&
          imageOf(one) === bad.deployment.spec.template.spec.containers[0]?.image,
      );
      return { services, broken };
    },
    async breakShop() {
      const { metadata, spec } = bad.deployment;
      await client.patchDeployment(
        SHOP_NAMESPACE,
        metadata.name,
        { metadata: { annotations: metadata.annotations }, spec: { template: spec.template } },
        { contentType: 'application/merge-patch+json' },
      );
    },
  };
}

function imageOf(deployment: Deployment): string {
  return deployment.spec.template.containers[0]?.image ?? '';
}

function releaseOf(deployment: Deployment, repository: ShopRepository): string {
  const sha = imageOf(deployment).split(':')[1] ?? '';
  return (
    repository.history.find(
      (release) => release.service === deployment.metadata.name && release.sha.startsWith(sha),
    )?.tag ?? sha
  );
}
