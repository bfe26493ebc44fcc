import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { makeSecret } from '../../../config.ts';
import { kubernetesClient, type KubernetesClient } from '../../kubernetes/client.ts';
import { prometheusClient } from '../../prometheus/client.ts';
import { loadRules } from '../alerts/rules.ts';
import { startAlerts } from '../alerts/server.ts';
import { startCluster, type LocalCluster } from '../cluster/server.ts';
import type { ShopControl } from '../console/shop-html.ts';
import { startGitHub } from '../github/start.ts';
import { SHOP_NAMESPACE, shopDeployments } from '../shop/deployments.ts';
import { shopImages } from '../shop/images.ts';
import { startLoad } from '../shop/load.ts';
import { openShopRepository } from '../shop/repository.ts';
import type { WorldAddresses, WorldOptions } from './options.ts';
import { replayRollouts } from './replay.ts';
import { shopControl } from './shop-control.ts';

const REPO = { owner: 'acme', name: 'shop' };
const REQUESTS_PER_S = 8;
const RULES = fileURLToPath(new URL('../alerts/shop.rules.yaml', import.meta.url));

export type RunningShop = {
  addresses: NonNullable<WorldAddresses['shop']>;
  control: ShopControl;
  stop(): Promise<void>;
};

/** Starts the demo shop: its repository on a local GitHub, its services on a local cluster, alerts and customers. */
export async function startShop(options: WorldOptions, log: Logger): Promise<RunningShop> {
  const home = `${options.home}/shop`;
  const stops: (() => Promise<void> | void)[] = [];
  const stop = async () => {
    // The customers first, or they would see the shop going down as a failure.
    for (const end of stops.reverse()) await end();
  };
  try {
    const repository = await openShopRepository({ home, now: new Date() });
    const token = makeSecret();
    const github = startGitHub({ home: `${home}/github`, repository, ...REPO, token, log });
    const clock = { at: null as Date | null };
    const cluster = await startCluster({
      home: `${home}/cluster`,
      images: shopImages(repository),
      log,
      now: () => clock.at ?? new Date(),
    });
    stops.push(() => cluster.stop());
    const client = kubernetesClient({ url: cluster.url, token: cluster.token, timeoutMs: 5000 });
    await replayRollouts(cluster, client, shopDeployments(repository).history, clock);
    const { apiUrl, stop: stopGitHub } = await github;
    stops.push(stopGitHub);
    const prometheusUrl = options.prometheusUrl ?? (await startEvaluator());
    const load = startLoad({ target: await address(cluster, 'storefront'), ratePerS: REQUESTS_PER_S });
    stops.push(() => load.stop());
    const metrics = prometheusClient({ url: prometheusUrl, timeoutMs: 2000 });
    return {
      addresses: {
        github: { apiUrl, token, repo: `${REPO.owner}/${REPO.name}` },
        kubernetes: { url: cluster.url, token: cluster.token },
        prometheusUrl,
      },
      control: shopControl({ client, metrics, repository }),
      stop,
    };

    async function startEvaluator(): Promise<string> {
      const alerts = await startAlerts({
        rules: await loadRules(RULES),
        stateFile: `${home}/alerts.json`,
        targets: () => targets(client),
        receivers: [{ url: `${options.sitrepUrl}/hooks/alertmanager`, bearerToken: options.webhookToken }],
        intervalMs: 1000,
        log,
      });
      stops.push(() => alerts.stop());
      return alerts.url;
    }
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Every pod of the shop, with the service that it belongs to. */
async function targets(
  client: KubernetesClient,
): Promise<{ url: string; labels: { service: string; instance: string } }[]> {
  const pods = await client.listPods(SHOP_NAMESPACE);
  return pods.flatMap((pod) => {
    const port = pod.metadata.annotations['sitrep.local/port'];
    const service = pod.metadata.labels['app'];
    if (!port || !service || pod.metadata.deletionTimestamp) return [];
    return [{ url: `http://127.0.0.1:${port}/metrics`, labels: { service, instance: pod.metadata.name } }];
  });
}

async function address(cluster: LocalCluster, service: string): Promise<string> {
  const answer = await fetch(`${cluster.url}/api/v1/namespaces/${SHOP_NAMESPACE}/services`, {
    headers: { Authorization: `Bearer ${cluster.token}` },
  });
  const { items } = (await answer.json()) as {
    items: { metadata: { name: string }; spec: { clusterIP: string; ports: { port: number }[] } }[];
  };
  const found = items.find((item) => item.metadata.name === service);
  if (!found) throw new Error(`The local cluster has no service ${service}.`);
  return `http://${found.spec.clusterIP}:${found.spec.ports[0]?.port}`;
}
