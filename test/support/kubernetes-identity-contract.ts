import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { kubernetesClient } from '../../src/adapters/kubernetes/client.ts';
import { clusterOver } from '../../src/adapters/kubernetes/cluster.ts';
import { apiCalls, manifest, type ContractSubject } from './kubernetes-subject.ts';

const NAMESPACE = 'default';
const APPS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
const APPROVER = 'U0APPROVER';

/** Writes in the approver's name: held by a real API server, whose roles decide, and by the local cluster. */
export function kubernetesIdentityContract(subject: () => ContractSubject): void {
  const { call } = apiCalls(subject);
  const scale = [{ op: 'replace' as const, path: '/spec/replicas', value: 0 }];

  async function deployed(): Promise<string> {
    const name = `contract-${randomUUID().slice(0, 8)}`;
    onTestFinished(async () => void (await call('DELETE', `${APPS}/${name}`)));
    expect((await call('POST', APPS, manifest(name, subject().images[0], 1))).code).toBe(201);
    return name;
  }

  function clusterFor(user: string) {
    const impersonation = { users: new Map([[APPROVER, user]]), groups: ['sitrep-approvers'] };
    return clusterOver(kubernetesClient({ ...subject(), timeoutMs: 5_000 }), impersonation);
  }

  test('an approver whose role allows it writes in their own name', async () => {
    const user = `may-${randomUUID().slice(0, 8)}@example.com`;
    await subject().grant(user);
    const name = await deployed();
    const written = await clusterFor(user).patch(NAMESPACE, name, scale, {
      dryRun: false,
      approvedBy: [APPROVER],
    });
    expect(written.replicas).toBe(0);
  });

  test('an approver whose role does not allow it is refused by the server: 403 says who may not do what', async () => {
    const user = `may-not-${randomUUID().slice(0, 8)}@example.com`;
    const name = await deployed();
    await expect(
      clusterFor(user).patch(NAMESPACE, name, scale, { dryRun: false, approvedBy: [APPROVER] }),
    ).rejects.toMatchObject({
      code: 403,
      reason: 'Forbidden',
      outcome: 'refused',
      message: expect.stringContaining(
        `deployments.apps "${name}" is forbidden: User "${user}" cannot patch resource "deployments" in API group "apps" in the namespace "default"`,
      ),
    });
    expect((await call('GET', `${APPS}/${name}`)).body.spec.replicas).toBe(1);
    const cordon = { spec: { unschedulable: true } };
    const node = await call(
      'PATCH',
      `/api/v1/nodes/${subject().node}`,
      cordon,
      'application/merge-patch+json',
      { 'impersonate-user': user },
    );
    expect(node).toMatchObject({ code: 403, body: { reason: 'Forbidden', details: { kind: 'nodes' } } });
    expect(node.body.message).toBe(
      `nodes "${subject().node}" is forbidden: User "${user}" cannot patch resource "nodes" in API group "" at the cluster scope`,
    );
  });

  test('dry runs and what the policy alone allowed are nobody’s', async () => {
    const name = await deployed();
    const cluster = clusterFor('nobody@example.com');
    await cluster.patch(NAMESPACE, name, scale, { dryRun: true });
    await cluster.patch(NAMESPACE, name, scale, { dryRun: false, approvedBy: [] });
    expect((await call('GET', `${APPS}/${name}`)).body.spec.replicas).toBe(0);
  });

  test('an approver without a Kubernetes user is refused before anything is sent', async () => {
    const name = await deployed();
    await expect(
      clusterFor('somebody').patch(NAMESPACE, name, scale, { dryRun: false, approvedBy: ['U0OTHER'] }),
    ).rejects.toMatchObject({ reason: 'NoIdentity', outcome: 'refused' });
    expect((await call('GET', `${APPS}/${name}`)).body.spec.replicas).toBe(1);
  });
}
