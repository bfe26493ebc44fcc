import { afterAll, beforeAll } from 'vitest';
import { apiCalls, type ContractSubject } from './kubernetes-subject.ts';

export const realUrl = process.env['KUBE_TEST_URL'];

const NODE = `sitrep-test-${process.pid}`;
const RBAC = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';

/**
 * The API server at KUBE_TEST_URL, with a node of our own and roles that are granted as tests ask for them; all
 * of it goes away again. Its controllers must run, its pods need not.
 */
export function realApiServer(): () => ContractSubject {
  const made: string[] = [];
  const subject: ContractSubject = {
    url: realUrl ?? '',
    token: process.env['KUBE_TEST_TOKEN'] ?? '',
    images: ['registry.example/test:1', 'registry.example/test:2'],
    node: NODE,
    async grant(user) {
      const name = `sitrep-test-${made.length}-${process.pid}`;
      await make(`${RBAC}/roles`, {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata: { name },
        rules: [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'patch'] }],
      });
      await make(`${RBAC}/rolebindings`, {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
      });
    },
  };
  const { call } = apiCalls(() => subject);

  async function make(
    list: string,
    object: { metadata: { name: string }; [field: string]: unknown },
  ): Promise<void> {
    const { code, body } = await call('POST', list, object);
    if (code !== 201) throw new Error(`KUBE_TEST_URL: ${code} ${JSON.stringify(body)}`);
    made.push(`${list}/${object.metadata.name}`);
  }

  beforeAll(() => make('/api/v1/nodes', { metadata: { name: NODE } }));
  afterAll(async () => {
    for (const path of made) await call('DELETE', path);
  });
  return () => subject;
}
