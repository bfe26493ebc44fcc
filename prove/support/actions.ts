import fc from 'fast-check';
import type { Action } from '../../src/incident/action.ts';
import { EVERY_ACTION } from './every-tool.ts';

const deployment = {
  namespace: fc.constantFrom('shop', 'shop-eu', 'payments'),
  deployment: fc.constantFrom('pricing', 'pricing-v2', 'checkout', 'p.ricing'),
};
const repo = fc.constantFrom('acme/shop', 'acme/Shop', 'acme/shop.js', 'acme-inc/shop');

/** Words that an argument takes as they come. */
const said = fc.oneof(
  fc.string({ minLength: 1, maxLength: 40 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.constantFrom('a","body":"b', 'close #1', '<!channel>', '@everybody', 'a\nTarget: b'),
);

/** Actions whose names are close enough to be taken for each other. */
export const actions: fc.Arbitrary<Action> = fc.oneof(
  fc.constantFrom(...EVERY_ACTION),
  fc.record({
    tool: fc.constant('github.open_issue' as const),
    arguments: fc.record({ repo, title: said.map((one) => `${one.trim()}.`), body: said }),
  }),
  fc.record({
    tool: fc.constant('github.dispatch_workflow' as const),
    arguments: fc.record({
      repo,
      workflow: fc.constantFrom('rollout.yml', 'roll-out.yml', 'rollout.yaml'),
      ref: fc.constantFrom('main', 'master', 'release/1'),
      inputs: fc.dictionary(fc.constantFrom('service', 'note'), said),
    }),
  }),
  fc.record({
    tool: fc.constant('http.request' as const),
    arguments: fc.record({
      template: fc.constantFrom('pause-queue', 'pause_queue'),
      values: fc.dictionary(fc.constantFrom('queue', 'why'), said),
    }),
  }),
  fc.record({
    tool: fc.constant('mcp.call' as const),
    arguments: fc.record({
      server: fc.constantFrom('store', 'store-2'),
      tool: fc.constantFrom('set', 'get'),
      arguments: fc.dictionary(fc.constantFrom('key', 'value'), said),
    }),
  }),
  fc.record({
    tool: fc.constant('kubernetes.rollback' as const),
    arguments: fc.record({ ...deployment, revision: fc.integer({ min: 1, max: 30 }) }),
  }),
  fc.record({ tool: fc.constant('kubernetes.restart' as const), arguments: fc.record(deployment) }),
  fc.record({
    tool: fc.constant('kubernetes.scale' as const),
    arguments: fc.record({ ...deployment, replicas: fc.integer({ min: 0, max: 30 }) }),
  }),
  fc.record({
    tool: fc.constant('github.open_revert_pull_request' as const),
    arguments: fc.record({ repo, sha: fc.constantFrom('a'.repeat(40), `${'a'.repeat(39)}b`) }),
  }),
  fc.record({
    tool: fc.constant('github.close_pull_request' as const),
    arguments: fc.record({ repo, number: fc.integer({ min: 1, max: 30 }) }),
  }),
);
