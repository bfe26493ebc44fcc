import { expect, test } from 'vitest';
import { kubernetesClient } from '../../src/adapters/kubernetes/client.ts';
import { clusterOver } from '../../src/adapters/kubernetes/cluster.ts';
import { apiCalls, type ContractSubject } from './kubernetes-subject.ts';

const MERGE = 'application/merge-patch+json';

/** What cordoning relies upon: held by a real API server and by the local cluster. */
export function kubernetesNodeContract(subject: () => ContractSubject): void {
  const { call } = apiCalls(subject);
  const path = () => `/api/v1/nodes/${subject().node}`;
  const set = (unschedulable: boolean, query = '') =>
    call('PATCH', `${path()}${query}`, { spec: { unschedulable } }, MERGE);

  test('a node that does not exist is 404', async () => {
    const { code, body } = await call('GET', '/api/v1/nodes/no-such-node');
    expect(code).toBe(404);
    expect(body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'nodes "no-such-node" not found',
      reason: 'NotFound',
      details: { name: 'no-such-node', kind: 'nodes' },
      code: 404,
    });
  });

  test('a node is listed, has no namespace, and says nothing of cordoning unless it is cordoned', async () => {
    await set(true);
    expect((await call('GET', path())).body.spec.unschedulable).toBe(true);
    await set(false);
    const { body } = await call('GET', path());
    expect(body).toMatchObject({ kind: 'Node', apiVersion: 'v1', metadata: { name: subject().node } });
    expect(body.metadata.namespace).toBeUndefined();
    expect(body.spec.unschedulable).toBeUndefined();
    const list = await call('GET', '/api/v1/nodes');
    expect(list.body.kind).toBe('NodeList');
    expect(list.body.items.map((one: any) => one.metadata.name)).toContain(subject().node);
  });

  test('a dry run of cordoning answers as if and stores nothing', async () => {
    await set(false);
    const dry = await set(true, '?dryRun=All');
    expect(dry).toMatchObject({ code: 200, body: { spec: { unschedulable: true } } });
    expect((await call('GET', path())).body.spec.unschedulable).toBeUndefined();
  });

  test('cordoning with an outdated resourceVersion is refused: 409 Conflict', async () => {
    const { resourceVersion } = (await call('GET', path())).body.metadata;
    const noted = { metadata: { annotations: { 'sitrep.dev/contract': resourceVersion } } };
    expect((await call('PATCH', path(), noted, MERGE)).code).toBe(200);
    const stale = { metadata: { resourceVersion }, spec: { unschedulable: true } };
    const { code, body } = await call('PATCH', path(), stale, MERGE);
    expect(code).toBe(409);
    expect(body).toMatchObject({ reason: 'Conflict', details: { name: subject().node, kind: 'nodes' } });
    expect(body.message).toBe(
      `Operation cannot be fulfilled on nodes "${subject().node}": the object has been modified; please apply your changes to the latest version and try again`,
    );
  });

  test('the adapter cordons, leaves its mark, and lists the pods of a node', async () => {
    await set(false);
    const { node } = subject();
    const cluster = clusterOver(kubernetesClient({ ...subject(), timeoutMs: 5_000 }), null);
    const before = await cluster.node(node);
    const change = { unschedulable: true, resourceVersion: before?.resourceVersion ?? '', mark: 'a-mark' };
    const after = await cluster.setSchedulable(node, change, { dryRun: false, approvedBy: [] });
    expect(after).toMatchObject({ uid: before?.uid, unschedulable: true, mark: 'a-mark' });
    await expect(
      cluster.setSchedulable(node, change, { dryRun: false, approvedBy: [] }),
    ).rejects.toMatchObject({ code: 409, outcome: 'refused' });
    expect(await cluster.podsOn(node)).toEqual([]);
    expect(await cluster.node('no-such-node')).toBeNull();
    await set(false);
  });
}
