import { expect, it } from 'vitest';
import { keyOf, termsOf } from '../../../src/enrich/retrieval/terms.ts';

it.each([
  ['KubeAPIDown', ['kubeapidown', 'kub', 'api', 'down']],
  ['high_error_rate', ['higherrorrate', 'high', 'error', 'rat']],
  ['the HPAs of 15 pods', ['hpa', 'pod']],
])('splits %s', (text, terms) => {
  expect(termsOf(text)).toEqual(terms);
});

it('meets in one form what is bent', () => {
  for (const word of ['fails', 'failed', 'failing', 'failure']) expect(termsOf(word)).toEqual(['fail']);
  expect(termsOf('operator')).not.toEqual(termsOf('operation'));
});

it('folds every way to write a name', () => {
  expect(keyOf('kube-pod_crash Looping')).toBe(keyOf('KubePodCrashLooping'));
});
