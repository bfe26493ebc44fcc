import { apiCalls, manifest, type Answer, type ContractSubject } from './kubernetes-subject.ts';

const APPS = '/apis/apps/v1/namespaces/default/deployments';
const NAME = 'refusals';
const MERGE = 'application/merge-patch+json';
const JSON_PATCH = 'application/json-patch+json';
const OTHER = { 'impersonate-user': 'may-not@example.com' };

/** Every way in which the API server refuses what Sitrep asks of it, with the node's name made the same everywhere. */
export async function kubernetesRefusals(subject: ContractSubject): Promise<Record<string, Answer>> {
  const { call } = apiCalls(() => subject);
  const node = `/api/v1/nodes/${subject.node}`;
  await call('POST', APPS, manifest(NAME, subject.images[0], 0));
  const stale = { metadata: { resourceVersion: '2' }, spec: { minReadySeconds: 1 } };
  const failing = [{ op: 'test', path: '/spec/replicas', value: 7 }];
  const answers = {
    'deployment not found': await call('GET', `${APPS}/none`),
    'deployment exists already': await call('POST', APPS, manifest(NAME, subject.images[0], 0)),
    'deployment has changed': await call('PATCH', `${APPS}/${NAME}`, stale, MERGE),
    'replicas out of range': await call('PATCH', `${APPS}/${NAME}`, { spec: { replicas: -1 } }, MERGE),
    'test of a JSON Patch fails': await call('PATCH', `${APPS}/${NAME}`, failing, JSON_PATCH),
    'deployment forbidden': await call('PATCH', `${APPS}/${NAME}`, [], JSON_PATCH, OTHER),
    'node not found': await call('GET', '/api/v1/nodes/none'),
    'node has changed': await call('PATCH', node, { ...stale, spec: { unschedulable: true } }, MERGE),
    'node forbidden': await call('PATCH', node, {}, MERGE, OTHER),
    'unknown patch type': await call('PATCH', `${APPS}/${NAME}`, {}, 'application/json'),
    'wrong token': await apiCalls(() => ({ ...subject, token: 'wrong' })).call('GET', APPS),
  };
  await call('DELETE', `${APPS}/${NAME}`);
  return JSON.parse(JSON.stringify(answers).replaceAll(subject.node, 'node-b'));
}
