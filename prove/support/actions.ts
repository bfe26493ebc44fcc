import fc from 'fast-check';
import type { Action } from '../../src/incident/action.ts';

const deployment = {
  namespace: fc.constantFrom('shop', 'shop-eu', 'payments'),
  deployment: fc.constantFrom('pricing', 'pricing-v2', 'checkout', 'p.ricing'),
};
const repo = fc.constantFrom('acme/shop', 'acme/Shop', 'acme/shop.js', 'acme-inc/shop');

/** Actions whose names are close enough to be taken for each other. */
export const actions: fc.Arbitrary<Action> = fc.oneof(
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
