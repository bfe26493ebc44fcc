import type { ObjectMeta } from './objects.ts';
import type { State } from './state.ts';

/** A service as the API shows it: every deployment has one, of the same name, at a loopback port. */
export type Service = {
  apiVersion: 'v1';
  kind: 'Service';
  metadata: Pick<ObjectMeta, 'name' | 'namespace' | 'labels' | 'creationTimestamp'>;
  spec: {
    type: 'ClusterIP';
    clusterIP: '127.0.0.1';
    selector: Record<string, string>;
    ports: { name: 'http'; protocol: 'TCP'; port: number }[];
  };
};

/** The services of all namespaces. */
export function serviceObjects(state: State): Service[] {
  return [...state.deployments.values()].flatMap((deployment) => {
    const { name, namespace, labels, creationTimestamp } = deployment.metadata;
    const port = state.services.get(`${namespace}/${name}`)?.port;
    if (port === undefined) return [];
    return [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace, labels, creationTimestamp },
        spec: {
          type: 'ClusterIP',
          clusterIP: '127.0.0.1',
          selector: deployment.spec.selector.matchLabels ?? {},
          ports: [{ name: 'http', protocol: 'TCP', port }],
        },
      } satisfies Service,
    ];
  });
}

/** `CHECKOUT_API_URL` and so on: the address of every service of a namespace, for the pods' environment. */
export function serviceEnv(state: State, namespace: string): Record<string, string> {
  return Object.fromEntries(
    [...state.services.values()]
      .filter((service) => service.namespace === namespace)
      .map(({ name, port }) => [
        `${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_URL`,
        `http://127.0.0.1:${port}`,
      ]),
  );
}
