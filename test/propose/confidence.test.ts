import { expect, it } from 'vitest';
import type { Evidence } from '../../src/incident/evidence.ts';
import { fixConfidence } from '../../src/propose/confidence.ts';
import type { Draft } from '../../src/propose/draft.ts';
import { deploy, stored } from '../support/examples.ts';

const sure = {
  word: 'high' as const,
  record: '',
  shipped: { features: {}, probability: 0.97 },
};
const runbook: Evidence = {
  title: 'Errors',
  quote: 'Restart it.',
  link: null,
  why: 'names the alert',
  score: 1,
  confidence: sure,
  about: { kind: 'runbook', path: 'errors.md', heading: 'Errors', actions: [] },
};
const evidence = stored([runbook, { ...deploy(), confidence: sure }]);
const citing = (...ids: number[]): Draft => ({
  action: { tool: 'kubernetes.restart', arguments: { namespace: 'shop', deployment: 'pricing' } },
  service: 'pricing',
  score: 0.9,
  reasonsFor: ids.map((evidenceId) => ({ text: 'so', evidenceId })),
  reasonsAgainst: [],
});
const never = { tried: 0, helped: 0 };
const probability = (draft: Draft, past = never) => fixConfidence(draft, evidence, past).probability;

it('what only a runbook speaks for is capped, until it has helped here', () => {
  expect(probability(citing(1))).toBe(0.65);
  expect(probability(citing(1, 2))).toBeGreaterThan(0.65);
  expect(probability(citing(1), { tried: 30, helped: 0 })).toBeLessThan(0.65);
  expect(probability(citing(1), { tried: 3, helped: 3 })).toBeGreaterThan(0.65);
});
