import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { errorOfAnswer } from '../../src/adapters/kubernetes/error.ts';
import { startCluster } from '../../src/adapters/local/cluster/server.ts';
import { testImages } from '../support/images.ts';
import { kubernetesRefusals } from '../support/kubernetes-refusals.ts';
import { apiCalls, type Answer } from '../support/kubernetes-subject.ts';
import { realApiServer, realUrl } from '../support/real-api-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const FILE = join(import.meta.dirname, '../fixtures/kubernetes/refusals.json');
const recorded = (): Record<string, Answer> => JSON.parse(readFileSync(FILE, 'utf8')).answers;

test.each(Object.entries(recorded()))(
  '%s: what a real server says is told to people',
  (_, { code, body }) => {
    const error = errorOfAnswer(code, JSON.stringify(body));
    expect(error).toMatchObject({ code, reason: body.reason, outcome: 'refused' });
    expect(error.message).toContain(body.message);
  },
);

test('the local cluster refuses as the real server that was recorded', async () => {
  const log = { info: () => undefined, error: () => undefined };
  const home = temporaryDirectory();
  const cluster = await startCluster({ home, images: testImages, log, mayWrite: () => false });
  onTestFinished(() => cluster.stop());
  const answers = await kubernetesRefusals({
    url: cluster.url,
    token: cluster.token,
    images: ['test:1', 'test:2'],
    node: 'node-b',
    grant: async () => undefined,
  });
  const machineReadable = (all: Record<string, Answer>) =>
    Object.entries(all).map(([name, { code, body }]) => ({
      name,
      code,
      status: body.status,
      reason: body.reason,
      details: {
        ...body.details,
        causes: body.details?.causes?.map(({ field, reason }: any) => ({ field, reason })),
      },
    }));
  expect(machineReadable(answers)).toEqual(machineReadable(recorded()));
});

describe.skipIf(realUrl === undefined)('real API server at KUBE_TEST_URL', () => {
  const subject = realApiServer();
  test('still says what was recorded; KUBE_TEST_RECORD=1 records it', async () => {
    const answers = await kubernetesRefusals(subject());
    if (process.env['KUBE_TEST_RECORD'] === '1') {
      const { body } = await apiCalls(subject).call('GET', '/version');
      writeFileSync(
        FILE,
        `${JSON.stringify({ recordedFrom: `kube-apiserver ${body.gitVersion}`, answers }, null, 2)}\n`,
      );
    }
    expect(answers).toEqual(recorded());
  });
});
