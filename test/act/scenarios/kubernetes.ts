import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, vi } from 'vitest';
import type { Cluster } from '../../../src/act/world/cluster.ts';
import { kubernetesClient } from '../../../src/adapters/kubernetes/client.ts';
import { clusterOver } from '../../../src/adapters/kubernetes/cluster.ts';
import { startCluster } from '../../../src/adapters/local/cluster/server.ts';
import type { Action } from '../../../src/incident/action.ts';
import { testImages } from '../../support/images.ts';
import { apiCalls, manifest, type ContractSubject } from '../../support/kubernetes-subject.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { worldOf } from '../../support/world.ts';
import type { Scenario } from '../tool-contract.ts';

type KubernetesTool = Extract<Action['tool'], `kubernetes.${string}`>;

const NAMESPACE = 'default';
const APPS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
const MERGE = 'application/merge-patch+json';

/** The tools on a deployment without pods, which a bare control plane could not start, and on a node. */
export function kubernetesScenarios(
  subject: () => Promise<ContractSubject>,
): Record<KubernetesTool, () => Promise<Scenario>> {
  async function scenario(
    over: (api: Awaited<ReturnType<typeof connect>>) => Promise<Omit<Scenario, 'world' | 'writes'>>,
  ): Promise<Scenario> {
    const api = await connect(await subject());
    const counted = countingWrites(api.cluster);
    return { world: worldOf({ cluster: counted.cluster }), writes: counted.writes, ...(await over(api)) };
  }

  const onDeployment =
    (action: (deployment: string) => Action, before: object = {}) =>
    () =>
      scenario(async ({ call, cluster, images }) => {
        const name = `tool-${randomUUID().slice(0, 8)}`;
        onTestFinished(async () => void (await call('DELETE', `${APPS}/${name}`)));
        expect((await call('POST', APPS, manifest(name, images[0], 0))).code).toBe(201);
        const settled = () =>
          vi.waitFor(
            async () => {
              const { body } = await call('GET', `${APPS}/${name}`);
              expect(body.status.observedGeneration).toBe(body.metadata.generation);
              expect(body.metadata.annotations['deployment.kubernetes.io/revision']).toBeDefined();
            },
            { timeout: 10_000, interval: 50 },
          );
        await settled();
        const patch = async (change: object) => {
          expect((await call('PATCH', `${APPS}/${name}`, change, MERGE)).code).toBe(200);
          await settled();
        };
        await patch(withImage(images[1]));
        await patch(before);
        return {
          action: action(name),
          async state() {
            await settled();
            const now = await cluster.deployment(NAMESPACE, name);
            return {
              replicas: now?.replicas,
              paused: now?.paused,
              images: now?.images,
              template: now?.template,
            };
          },
          changeByOthers: () => patch({ spec: { minReadySeconds: 7 } }),
        };
      });

  const onNode = (tool: 'kubernetes.cordon' | 'kubernetes.uncordon', unschedulable: boolean) => () =>
    scenario(async ({ call, cluster, node }) => {
      const path = `/api/v1/nodes/${node}`;
      const set = async (spec: object, mark: string | null = null) => {
        const change = { metadata: { annotations: { 'sitrep.dev/cordon': mark } }, spec };
        expect((await call('PATCH', path, change, MERGE)).code).toBe(200);
      };
      await set({ unschedulable });
      return {
        action: { tool, arguments: { node } },
        state: async () => (await cluster.node(node))?.unschedulable,
        changeByOthers: () => set({ unschedulable: !unschedulable }),
      };
    });

  const of = (deployment: string) => ({ namespace: NAMESPACE, deployment });
  return {
    'kubernetes.rollback': onDeployment((name) => ({
      tool: 'kubernetes.rollback',
      arguments: { ...of(name), revision: 1 },
    })),
    'kubernetes.restart': async () => ({
      ...(await onDeployment((name) => ({ tool: 'kubernetes.restart', arguments: of(name) }))()),
      nothingToPutBack: 'other pods of the same template run afterwards',
    }),
    'kubernetes.scale': onDeployment((name) => ({
      tool: 'kubernetes.scale',
      arguments: { ...of(name), replicas: 1 },
    })),
    'kubernetes.pause_rollout': onDeployment((name) => ({
      tool: 'kubernetes.pause_rollout',
      arguments: of(name),
    })),
    'kubernetes.resume_rollout': onDeployment(
      (name) => ({ tool: 'kubernetes.resume_rollout', arguments: of(name) }),
      { spec: { paused: true } },
    ),
    'kubernetes.cordon': onNode('kubernetes.cordon', false),
    'kubernetes.uncordon': onNode('kubernetes.uncordon', true),
  };
}

/** The same on the cluster that comes with Sitrep. */
export const localClusterScenarios = kubernetesScenarios(async () => {
  const log = { info: () => undefined, error: () => undefined };
  const cluster = await startCluster({ home: temporaryDirectory(), images: testImages, log });
  onTestFinished(() => cluster.stop());
  return {
    url: cluster.url,
    token: cluster.token,
    images: ['test:1', 'test:2'],
    node: 'node-a',
    grant: async () => undefined,
  };
});

async function connect(subject: ContractSubject) {
  const cluster = clusterOver(kubernetesClient({ ...subject, timeoutMs: 5_000 }), null);
  return { ...apiCalls(() => subject), cluster, images: subject.images, node: subject.node };
}

function withImage(image: string): object {
  return { spec: { template: { spec: { containers: [{ name: 'main', image }] } } } };
}

/** The writes that the cluster accepted; dry runs are none. */
function countingWrites(cluster: Cluster): { cluster: Cluster; writes: () => number } {
  let writes = 0;
  return {
    writes: () => writes,
    cluster: {
      ...cluster,
      async patch(...given) {
        const done = await cluster.patch(...given);
        if (!given[3].dryRun) writes += 1;
        return done;
      },
      async setSchedulable(...given) {
        const done = await cluster.setSchedulable(...given);
        if (!given[2].dryRun) writes += 1;
        return done;
      },
    },
  };
}
