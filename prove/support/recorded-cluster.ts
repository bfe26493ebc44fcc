import { fakeCluster, type FakeCluster } from '../../test/support/fake-cluster.ts';

/** A cluster that can be had anew, and that says so whenever something begins to be written to it. */
export type RecordedCluster = FakeCluster & {
  /** As it was at first, with nothing written to it. */
  renew(): void;
  /** Told at the beginning of every write, before anything can fail. */
  onWrite: () => void;
};

const IMAGES = ['shop/pricing:v1', 'shop/pricing:good', 'shop/pricing:bad'];

export function recordedCluster(): RecordedCluster {
  let current = fakeCluster(IMAGES);
  const cluster: RecordedCluster = {
    get writtenFor() {
      return current.writtenFor;
    },
    get writes() {
      return current.writes;
    },
    deployment: (...args) => current.deployment(...args),
    revisions: (...args) => current.revisions(...args),
    async patch(namespace, name, patch, options) {
      if (!options.dryRun) cluster.onWrite();
      return current.patch(namespace, name, patch, options);
    },
    tryPatch: (...args) => current.tryPatch(...args),
    trySchedulable: (...args) => current.trySchedulable(...args),
    node: (name) => current.node(name),
    podsOn: (node) => current.podsOn(node),
    async setSchedulable(node, change, options) {
      if (!options.dryRun) cluster.onWrite();
      return current.setSchedulable(node, change, options);
    },
    changeByOthers: (...args) => current.changeByOthers(...args),
    touchStatus: () => current.touchStatus(),
    failNextWrite: (...args) => current.failNextWrite(...args),
    unsettle: () => current.unsettle(),
    settle: () => current.settle(),
    running: () => current.running(),
    renew() {
      current = fakeCluster(IMAGES);
    },
    onWrite: () => undefined,
  };
  return cluster;
}
