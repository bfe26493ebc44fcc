import { KubernetesError } from './error.ts';

/** `/apis/apps/v1/namespaces/shop/deployments/web`, or the list without a name. */
export function apps(namespace: string, plural: string, name?: string): string {
  return namespaced('/apis/apps/v1', namespace, plural, name);
}

/** `/api/v1/namespaces/shop/pods/web-1`, or the list without a name. */
export function core(namespace: string, plural: string, name?: string): string {
  return namespaced('/api/v1', namespace, plural, name);
}

/** `/api/v1/nodes/node-a`. */
export function node(name: string): string {
  return `/api/v1/nodes/${segment(name)}`;
}

function namespaced(root: string, namespace: string, plural: string, name: string | undefined): string {
  const list = `${root}/namespaces/${segment(namespace)}/${plural}`;
  return name === undefined ? list : `${list}/${segment(name)}`;
}

/** Names come from outside and must not reach another route: each is one path segment, whatever it holds. */
function segment(name: string): string {
  if (/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name)) return name;
  throw new KubernetesError(`"${name}" is not a Kubernetes name; check the service's entry in sitrep.yaml`, {
    code: 0,
    reason: 'InvalidName',
    outcome: 'refused',
  });
}
