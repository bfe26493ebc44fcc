import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test, vi } from 'vitest';
import { kubernetesClient } from '../../src/adapters/kubernetes/client.ts';
import type { KubernetesError } from '../../src/adapters/kubernetes/error.ts';
import { apiCalls, manifest, type ContractSubject } from './kubernetes-subject.ts';

const NAMESPACE = 'default';
const APPS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
const JSON_PATCH = 'application/json-patch+json';
const MERGE = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';

/**
 * What Sitrep relies upon in a Kubernetes API server, as tests: held by a real one and by the local cluster.
 * Nothing here waits for pods, which a bare control plane never starts. `subject` is asked once per test.
 */
export function kubernetesContract(subject: () => ContractSubject): void {
  const { call } = apiCalls(subject);

  const patch = (name: string, change: unknown, type: string, query = '') =>
    call('PATCH', `${APPS}/${name}${query}`, change, type);

  /** Creates a deployment without pods that goes away with the test. */
  async function deployed(replicas?: number): Promise<{ name: string; body: any }> {
    const name = `contract-${randomUUID().slice(0, 8)}`;
    onTestFinished(async () => void (await call('DELETE', `${APPS}/${name}`)));
    const { code, body } = await call('POST', APPS, manifest(name, subject().images[0], replicas));
    expect(code, JSON.stringify(body)).toBe(201);
    return { name, body };
  }

  /** Waits until the controller has seen the newest generation, and returns the settled object. */
  async function observed(name: string): Promise<any> {
    return vi.waitFor(
      async () => {
        const { body } = await call('GET', `${APPS}/${name}`);
        expect(body.status.observedGeneration).toBe(body.metadata.generation);
        expect(body.metadata.annotations['deployment.kubernetes.io/revision']).toBeDefined();
        return body;
      },
      { timeout: 10_000, interval: 50 },
    );
  }

  async function setsByRevision(name: string): Promise<any[]> {
    const path = `/apis/apps/v1/namespaces/${NAMESPACE}/replicasets?labelSelector=app%3D${name}`;
    const { body } = await call('GET', path);
    const revision = (set: any) => Number(set.metadata.annotations['deployment.kubernetes.io/revision']);
    return body.items.sort((a: any, b: any) => revision(a) - revision(b));
  }

  test('a created deployment gets its defaults, an identity and generation 1', async () => {
    const { name, body } = await deployed();
    expect(body).toMatchObject({
      kind: 'Deployment',
      apiVersion: 'apps/v1',
      metadata: { name, namespace: NAMESPACE, generation: 1 },
      spec: {
        replicas: 1,
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        template: { spec: { restartPolicy: 'Always', terminationGracePeriodSeconds: 1 } },
      },
    });
    expect(body.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(Number(body.metadata.resourceVersion)).toBeGreaterThan(0);
    expect(body.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  test('a second deployment of the same name is refused: 409 AlreadyExists', async () => {
    const { name } = await deployed(0);
    const { code, body } = await call('POST', APPS, manifest(name, subject().images[0], 0));
    expect(code).toBe(409);
    expect(body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: `deployments.apps "${name}" already exists`,
      reason: 'AlreadyExists',
      details: { name, group: 'apps', kind: 'deployments' },
      code: 409,
    });
  });

  test('what does not exist is 404 with a Status that names it', async () => {
    const { code, body } = await call('GET', `${APPS}/no-such-thing`);
    expect(code).toBe(404);
    expect(body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'deployments.apps "no-such-thing" not found',
      reason: 'NotFound',
      details: { name: 'no-such-thing', group: 'apps', kind: 'deployments' },
      code: 404,
    });
    for (const path of [
      `${APPS}/no-such-thing/scale`,
      `/apis/apps/v1/namespaces/${NAMESPACE}/replicasets/none`,
    ]) {
      expect((await call('GET', path)).body).toMatchObject({ kind: 'Status', reason: 'NotFound', code: 404 });
    }
    expect((await call('DELETE', `${APPS}/no-such-thing`)).code).toBe(404);
    expect((await call('PUT', `/api/v1/namespaces/${NAMESPACE}/pods`, {})).code).toBe(405);
  });

  test('a wrong token is 401', async () => {
    const response = await fetch(`${subject().url}${APPS}`, { headers: { authorization: 'Bearer wrong' } });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ kind: 'Status', reason: 'Unauthorized', code: 401 });
  });

  test.each([
    ['negative replicas', (m: any) => (m.spec.replicas = -1), 'spec.replicas', 'FieldValueInvalid'],
    [
      'no containers',
      (m: any) => (m.spec.template.spec.containers = []),
      'spec.template.spec.containers',
      'FieldValueRequired',
    ],
    [
      'an empty image',
      (m: any) => (m.spec.template.spec.containers[0].image = ''),
      'spec.template.spec.containers[0].image',
      'FieldValueRequired',
    ],
    [
      'labels that the selector does not match',
      (m: any) => (m.spec.template.metadata.labels = { app: 'other' }),
      'spec.template.metadata.labels',
      'FieldValueInvalid',
    ],
    [
      'an unknown strategy',
      (m: any) => (m.spec.strategy = { type: 'Sideways' }),
      'spec.strategy',
      'FieldValueNotSupported',
    ],
    ['a bad name', (m: any) => (m.metadata.name = 'Not_A_Name'), 'metadata.name', 'FieldValueInvalid'],
  ])('%s: 422 Invalid names the field', async (_case, spoil, field, reason) => {
    const wanted = manifest('contract-invalid', subject().images[0]);
    spoil(wanted);
    const { code, body } = await call('POST', APPS, wanted);
    expect(code).toBe(422);
    expect(body).toMatchObject({ reason: 'Invalid', details: { group: 'apps', kind: 'Deployment' } });
    expect(body.details.causes).toContainEqual(expect.objectContaining({ field, reason }));
    expect(body.message).toContain(`Deployment.apps "${wanted.metadata.name}" is invalid: `);
  });

  test('the selector of a deployment cannot be changed', async () => {
    const { name } = await deployed(0);
    const change = {
      spec: { selector: { matchLabels: { suite: 'x' } }, template: { metadata: { labels: { suite: 'x' } } } },
    };
    const { code, body } = await patch(name, change, MERGE);
    expect(code).toBe(422);
    expect(body.details.causes[0]).toMatchObject({ field: 'spec.selector' });
    expect(body.message).toContain('field is immutable');
  });

  test('a body that cannot be read is 400', async () => {
    expect(await call('POST', APPS, '{"kind":')).toMatchObject({ code: 400, body: { reason: 'BadRequest' } });
    const wrongType = { ...manifest('contract-type', subject().images[0]), spec: { replicas: 'three' } };
    expect(await call('POST', APPS, wrongType)).toMatchObject({ code: 400, body: { reason: 'BadRequest' } });
  });

  test('a PUT of an outdated object is refused: 409 Conflict', async () => {
    const { name } = await deployed(0);
    const read = await observed(name);
    expect((await patch(name, { metadata: { labels: { touched: 'yes' } } }, MERGE)).code).toBe(200);
    const { code, body } = await call('PUT', `${APPS}/${name}`, {
      ...read,
      spec: { ...read.spec, replicas: 0, minReadySeconds: 2 },
    });
    expect(code).toBe(409);
    expect(body).toMatchObject({ reason: 'Conflict', details: { name, group: 'apps', kind: 'deployments' } });
    expect(body.message).toBe(
      `Operation cannot be fulfilled on deployments.apps "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    );
  });

  test('a PUT of the present object is carried out and raises the generation', async () => {
    const { name } = await deployed(0);
    const read = await observed(name);
    const { code, body } = await call('PUT', `${APPS}/${name}`, {
      ...read,
      spec: { ...read.spec, minReadySeconds: 3 },
    });
    expect(code, JSON.stringify(body)).toBe(200);
    expect(body.spec.minReadySeconds).toBe(3);
    expect(body.metadata.generation).toBe(read.metadata.generation + 1);
    expect(body.metadata.resourceVersion).not.toBe(read.metadata.resourceVersion);
  });

  test('a PUT with the uid of another object is refused: 409', async () => {
    const { name } = await deployed(0);
    const read = await observed(name);
    const other = { ...read, metadata: { ...read.metadata, resourceVersion: undefined, uid: randomUUID() } };
    expect(await call('PUT', `${APPS}/${name}`, other)).toMatchObject({
      code: 409,
      body: { reason: 'Conflict' },
    });
  });

  test.each([STRATEGIC, MERGE])('%s with an outdated resourceVersion is refused: 409', async (type) => {
    const { name } = await deployed(0);
    const read = await observed(name);
    await patch(name, { metadata: { labels: { touched: 'yes' } } }, MERGE);
    const { resourceVersion } = read.metadata;
    const { code, body } = await patch(
      name,
      { metadata: { resourceVersion }, spec: { minReadySeconds: 1 } },
      type,
    );
    expect(code).toBe(409);
    expect(body.reason).toBe('Conflict');
    expect((await observed(name)).spec.minReadySeconds).toBeUndefined();
  });

  test('a JSON Patch whose test fails is 422, and nothing of it is done', async () => {
    const { name } = await deployed(0);
    const { code, body } = await patch(
      name,
      [
        { op: 'add', path: '/spec/minReadySeconds', value: 5 },
        { op: 'test', path: '/spec/template/spec/containers/0/image', value: 'something:else' },
      ],
      JSON_PATCH,
    );
    expect(code).toBe(422);
    expect(body).toMatchObject({ kind: 'Status', status: 'Failure', reason: 'Invalid', code: 422 });
    expect((await observed(name)).spec.minReadySeconds).toBeUndefined();
  });

  test('a JSON Patch whose test holds is carried out', async () => {
    const { name } = await deployed(0);
    const [first, second] = subject().images;
    const path = '/spec/template/spec/containers/0/image';
    const { code, body } = await patch(
      name,
      [
        { op: 'test', path, value: first },
        { op: 'replace', path, value: second },
        { op: 'add', path: '/metadata/annotations/kubernetes.io~1change-cause', value: 'second release' },
      ],
      JSON_PATCH,
    );
    expect(code, JSON.stringify(body)).toBe(200);
    expect(body.spec.template.spec.containers[0].image).toBe(second);
    expect(body.metadata.annotations['kubernetes.io/change-cause']).toBe('second release');
  });

  test('a JSON Patch on a missing path is 422; an object as JSON Patch is 400; an unknown patch type 415', async () => {
    const { name } = await deployed(0);
    expect((await patch(name, [{ op: 'remove', path: '/spec/nothing' }], JSON_PATCH)).code).toBe(422);
    expect(await patch(name, { spec: {} }, JSON_PATCH)).toMatchObject({
      code: 400,
      body: { reason: 'BadRequest' },
    });
    expect(await patch(name, { spec: {} }, 'application/json')).toMatchObject({
      code: 415,
      body: { reason: 'UnsupportedMediaType' },
    });
  });

  test('a strategic merge finds containers and variables by name', async () => {
    const { name } = await deployed(0);
    const main = { name: 'main', image: subject().images[1], env: [{ name: 'EXTRA', value: 'yes' }] };
    const { code, body } = await patch(
      name,
      { spec: { template: { spec: { containers: [main] } } } },
      STRATEGIC,
    );
    expect(code, JSON.stringify(body)).toBe(200);
    const [container, ...others] = body.spec.template.spec.containers;
    expect(others).toEqual([]);
    expect(container.image).toBe(subject().images[1]);
    expect(Object.fromEntries(container.env.map((e: any) => [e.name, e.value]))).toEqual({
      GREETING: 'hello',
      EXTRA: 'yes',
    });

    const gone = { name: 'main', env: [{ name: 'EXTRA', $patch: 'delete' }] };
    const after = await patch(name, { spec: { template: { spec: { containers: [gone] } } } }, STRATEGIC);
    expect(after.body.spec.template.spec.containers[0].env).toEqual([{ name: 'GREETING', value: 'hello' }]);
  });

  test('a merge patch replaces lists as a whole and null removes', async () => {
    const { name } = await deployed(0);
    const containers = [{ name: 'main', image: subject().images[1] }];
    const change = {
      metadata: { annotations: { 'kubernetes.io/change-cause': null } },
      spec: { template: { spec: { containers } } },
    };
    const { body } = await patch(name, change, MERGE);
    expect(body.spec.template.spec.containers[0].env).toBeUndefined();
    expect(body.metadata.annotations?.['kubernetes.io/change-cause']).toBeUndefined();
  });

  test('a patch that changes nothing leaves version and generation as they are', async () => {
    const { name } = await deployed(0);
    const before = await observed(name);
    const { body } = await patch(name, { spec: { replicas: 0 } }, MERGE);
    expect(body.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
    expect(body.metadata.generation).toBe(before.metadata.generation);
  });

  test('labels and annotations do not raise the generation, the spec does', async () => {
    const { name } = await deployed(0);
    const before = await observed(name);
    const labelled = await patch(name, { metadata: { labels: { a: 'b' } } }, MERGE);
    expect(labelled.body.metadata.generation).toBe(before.metadata.generation);
    const changed = await patch(name, { spec: { minReadySeconds: 1 } }, MERGE);
    expect(changed.body.metadata.generation).toBe(before.metadata.generation + 1);
  });

  test('a dry run answers as if and stores nothing, and refuses what would be refused', async () => {
    const { name } = await deployed(0);
    const before = await observed(name);
    const image = [
      { op: 'replace', path: '/spec/template/spec/containers/0/image', value: subject().images[1] },
    ];
    const dry = await patch(name, image, JSON_PATCH, '?dryRun=All');
    expect(dry.code).toBe(200);
    expect(dry.body.spec.template.spec.containers[0].image).toBe(subject().images[1]);
    expect(dry.body.metadata.generation).toBe(before.metadata.generation + 1);
    const { body: live } = await call('GET', `${APPS}/${name}`);
    expect(live.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
    expect(live.spec).toEqual(before.spec);

    const bad = await patch(name, { spec: { replicas: -2 } }, MERGE, '?dryRun=All');
    expect(bad.code).toBe(422);
    expect((await patch(name, {}, MERGE, '?dryRun=Some')).code).toBe(422);
    const created = await call('POST', `${APPS}?dryRun=All`, manifest(`${name}-dry`, subject().images[0], 0));
    expect(created.code).toBe(201);
    expect((await call('GET', `${APPS}/${name}-dry`)).code).toBe(404);
    expect((await call('DELETE', `${APPS}/${name}?dryRun=All`)).code).toBe(200);
    expect((await call('GET', `${APPS}/${name}`)).code).toBe(200);
  });

  test('the scale subresource reads and writes the replica count', async () => {
    const { name } = await deployed(0);
    const { body: scale } = await call('GET', `${APPS}/${name}/scale`);
    expect(scale).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name, namespace: NAMESPACE },
    });
    expect(scale.status.selector).toBe(`app=${name}`);
    const patched = await call('PATCH', `${APPS}/${name}/scale`, { spec: { replicas: 2 } }, MERGE);
    expect(patched).toMatchObject({ code: 200, body: { spec: { replicas: 2 } } });
    expect((await call('GET', `${APPS}/${name}`)).body.spec.replicas).toBe(2);

    const { body: fresh } = await call('GET', `${APPS}/${name}/scale`);
    const put = await call('PUT', `${APPS}/${name}/scale`, {
      ...fresh,
      metadata: { name, namespace: NAMESPACE },
      spec: { replicas: 1 },
    });
    expect(put, JSON.stringify(put)).toMatchObject({ code: 200, body: { spec: { replicas: 1 } } });
    const dry = await call('PATCH', `${APPS}/${name}/scale?dryRun=All`, { spec: { replicas: 7 } }, MERGE);
    expect(dry.body.spec.replicas).toBe(7);
    expect((await call('GET', `${APPS}/${name}`)).body.spec.replicas).toBe(1);

    const negative = await call('PATCH', `${APPS}/${name}/scale`, { spec: { replicas: -1 } }, MERGE);
    expect(negative).toMatchObject({ code: 422, body: { reason: 'Invalid' } });
    const stale = { metadata: { resourceVersion: scale.metadata.resourceVersion }, spec: { replicas: 3 } };
    expect(await call('PATCH', `${APPS}/${name}/scale`, stale, MERGE)).toMatchObject({
      code: 409,
      body: { reason: 'Conflict' },
    });
  });

  test('each template is a revision; an old one that comes back gets the next number', async () => {
    const { name } = await deployed(0);
    const first = await observed(name);
    expect(first.metadata.annotations['deployment.kubernetes.io/revision']).toBe('1');
    const [original] = await setsByRevision(name);
    expect(original.metadata.annotations['kubernetes.io/change-cause']).toBe('first release');
    expect(original.metadata.ownerReferences[0]).toMatchObject({
      kind: 'Deployment',
      name,
      uid: first.metadata.uid,
    });
    const hash = original.metadata.labels['pod-template-hash'];
    expect(original.metadata.name).toBe(`${name}-${hash}`);
    expect(original.spec.template.metadata.labels).toEqual({ app: name, 'pod-template-hash': hash });

    const change = {
      metadata: { annotations: { 'kubernetes.io/change-cause': 'second release' } },
      spec: { template: { spec: { containers: [{ name: 'main', image: subject().images[1] }] } } },
    };
    await patch(name, change, STRATEGIC);
    await vi.waitFor(async () => expect(await setsByRevision(name)).toHaveLength(2), { timeout: 10_000 });
    const [, second] = await setsByRevision(name);
    expect(second.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '2',
      'kubernetes.io/change-cause': 'second release',
    });

    const client = kubernetesClient({ ...subject(), timeoutMs: 5_000 });
    const target = (await client.listReplicaSets(NAMESPACE, { app: name })).find(
      (s) => s.metadata.name === original.metadata.name,
    );
    const back = [{ op: 'replace', path: '/spec/template', value: target?.spec.template.raw }];
    await client.patchDeployment(NAMESPACE, name, back, { contentType: JSON_PATCH });
    const reused = await vi.waitFor(
      async () => {
        const sets = await setsByRevision(name);
        expect(sets.at(-1).metadata.name).toBe(original.metadata.name);
        return sets;
      },
      { timeout: 10_000 },
    );
    expect(reused).toHaveLength(2);
    expect(reused.at(-1).metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '3',
      'deployment.kubernetes.io/revision-history': '1',
    });
    expect((await observed(name)).metadata.annotations['deployment.kubernetes.io/revision']).toBe('3');
  });

  test('lists filter by labels; a selector that makes no sense is 400', async () => {
    const { name } = await deployed(0);
    const names = async (selector: string) => {
      const { body } = await call('GET', `${APPS}?labelSelector=${encodeURIComponent(selector)}`);
      expect(body.kind).toBe('DeploymentList');
      return body.items.map((item: any) => item.metadata.name);
    };
    expect(await names(`suite=${name}`)).toEqual([name]);
    expect(await names(`suite in (${name}, other)`)).toEqual([name]);
    expect(await names(`suite=${name},!suite`)).toEqual([]);
    expect(await names(`suite!=${name}`)).not.toContain(name);
    expect((await call('GET', `${APPS}?labelSelector=a%3D%3D%3Db`)).code).toBe(400);
  });

  test('a deleted deployment is gone', async () => {
    const { name, body: created } = await deployed(0);
    const { code, body } = await call('DELETE', `${APPS}/${name}`);
    expect(code).toBe(200);
    expect(body).toMatchObject({
      kind: 'Status',
      status: 'Success',
      details: { name, group: 'apps', kind: 'deployments', uid: created.metadata.uid },
    });
    expect((await call('GET', `${APPS}/${name}`)).code).toBe(404);
  });

  test('the client reads what it needs and tells refusals apart', async () => {
    const { name } = await deployed(0);
    const client = kubernetesClient({ ...subject(), timeoutMs: 5_000 });
    await observed(name);
    const deployment = await client.getDeployment(NAMESPACE, name);
    expect(deployment.spec.template.containers).toEqual([{ name: 'main', image: subject().images[0] }]);
    expect((await client.listDeployments(NAMESPACE, { suite: name })).map((d) => d.metadata.name)).toEqual([
      name,
    ]);
    expect((await client.getScale(NAMESPACE, name)).spec.replicas).toBe(0);
    const scaled = await client.patchScale(
      NAMESPACE,
      name,
      { spec: { replicas: 4 } },
      { contentType: MERGE, dryRun: true },
    );
    expect(scaled.spec.replicas).toBe(4);
    expect(await client.listPods(NAMESPACE, { app: name })).toEqual([]);
    expect(Array.isArray(await client.listEvents(NAMESPACE, { name }))).toBe(true);

    await expect(client.getDeployment(NAMESPACE, 'no-such-thing')).rejects.toMatchObject({
      code: 404,
      reason: 'NotFound',
      outcome: 'refused',
    } satisfies Partial<KubernetesError>);
    const stale = { metadata: { resourceVersion: '1' }, spec: { minReadySeconds: 9 } };
    await expect(
      client.patchDeployment(NAMESPACE, name, stale, { contentType: MERGE }),
    ).rejects.toMatchObject({
      code: 409,
      reason: 'Conflict',
      outcome: 'refused',
      message: expect.stringContaining('Read the object again'),
    });
    await expect(
      kubernetesClient({ ...subject(), token: 'wrong', timeoutMs: 5_000 }).listPods(NAMESPACE),
    ).rejects.toMatchObject({
      code: 401,
      message: expect.stringContaining('token'),
    });
  });
}
