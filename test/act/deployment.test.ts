import { expect, it } from 'vitest';
import { bind } from '../../src/act/catalogue.ts';
import type { Action } from '../../src/incident/action.ts';
import { fakeCluster } from '../support/fake-cluster.ts';
import { worldOf } from '../support/world.ts';

const ROLLBACK: Action = {
  tool: 'kubernetes.rollback',
  arguments: { namespace: 'shop', deployment: 'pricing', revision: 1 },
};

const PERMIT = { key: 'a proposal', approvedBy: [] };

async function observed() {
  const cluster = fakeCluster(['shop/pricing:good', 'shop/pricing:bad']);
  const target = await bind(ROLLBACK).observe(worldOf({ cluster }));
  return { cluster, target };
}

it('does not write to a deployment that has changed since it was consented to', async () => {
  const { cluster, target } = await observed();
  cluster.changeByOthers('shop/pricing:hotfix');
  await expect(bind(ROLLBACK).run(target, worldOf({ cluster }), PERMIT)).rejects.toThrow(/is now at/);
  expect(cluster.running()).toBe('shop/pricing:hotfix');
});

it('does not overwrite a change that comes between its last look and its write', async () => {
  const { cluster, target } = await observed();
  let patches = 0;
  const patch: typeof cluster.patch = (...args) => {
    patches += 1;
    if (patches === 1) cluster.changeByOthers('shop/pricing:hotfix');
    return cluster.patch(...args);
  };
  const world = worldOf({ cluster: { ...cluster, patch } });
  await expect(bind(ROLLBACK).run(target, world, PERMIT)).rejects.toThrow(/is now at/);
  expect(cluster.running()).toBe('shop/pricing:hotfix');
});
