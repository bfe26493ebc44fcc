import type { Cluster, DeploymentState, JsonPatch, Revision } from '../../src/act/world/cluster.ts';

/** A deployment in memory that keeps revisions, generation and resourceVersion as Kubernetes does. */
export type FakeCluster = Cluster & {
  /** How many writes were carried out; dry runs do not count. */
  writes: JsonPatch[];
  /** For whom each of them was made. */
  writtenFor: string[][];
  /** Changes the deployment as somebody else would. */
  changeByOthers(image: string, replicas?: number): void;
  /** What a status update does: the resourceVersion moves, the specification does not. */
  touchStatus(): void;
  /** The next write is carried out (or not), and then fails like a lost connection; `meanwhile` happens as it fails. */
  failNextWrite(how: 'refused' | 'lost before' | 'lost after', meanwhile?: () => void): void;
  /** The rollout of whatever is written does not complete. */
  unsettle(): void;
  settle(): void;
  running(): string;
};

class Failure extends Error {
  readonly outcome: 'refused' | 'unknown';
  readonly code: number;
  constructor(outcome: 'refused' | 'unknown', code: number, message: string) {
    super(message);
    this.outcome = outcome;
    this.code = code;
  }
}

export function fakeCluster(images: string[]): FakeCluster {
  let revisions: Revision[] = images.map((image, place) => ({
    revision: place + 1,
    images: [image],
    template: { image },
    cause: null,
  }));
  const state: DeploymentState = {
    uid: 'uid-1',
    resourceVersion: '100',
    generation: images.length,
    revision: images.length,
    replicas: 1,
    available: 1,
    settled: true,
    paused: false,
    images: [images.at(-1) ?? ''],
    template: { image: images.at(-1) },
    cause: null,
  };
  let fault: 'refused' | 'lost before' | 'lost after' | null = null;
  let whileFailing = () => {};
  const writes: JsonPatch[] = [];
  const writtenFor: string[][] = [];

  const bump = () => {
    state.resourceVersion = String(Number(state.resourceVersion) + 1);
  };
  function roll(template: { image?: string }): void {
    state.generation += 1;
    bump();
    state.template = template;
    state.images = [template.image ?? ''];
    state.revision += 1;
    revisions = [
      ...revisions.filter((one) => JSON.stringify(one.template) !== JSON.stringify(template)),
      { revision: state.revision, images: state.images, template, cause: null },
    ];
  }

  return {
    writes,
    writtenFor,
    async deployment(_, name) {
      return name === 'pricing' ? { ...state } : null;
    },
    async revisions() {
      return revisions;
    },
    async tryPatch(namespace, name, patch) {
      await this.patch(namespace, name, patch, { dryRun: true });
      return true;
    },
    async trySchedulable(node, change) {
      await this.setSchedulable(node, change, { dryRun: true });
      return true;
    },
    async patch(_, __, patch, options) {
      const version = patch.find((one) => one.path === '/metadata/resourceVersion');
      if (version && 'value' in version && version.value !== state.resourceVersion)
        throw new Failure('refused', 409, 'the object has been modified');
      const template = patch.find((one) => one.path === '/spec/template');
      const replicas = patch.find((one) => one.path === '/spec/replicas');
      if (options.dryRun) {
        const image =
          template && 'value' in template ? (template.value as { image: string }).image : state.images[0];
        return { ...state, images: [image ?? ''] };
      }
      const how = fault;
      fault = null;
      if (how === 'refused') throw new Failure('refused', 403, 'forbidden');
      if (how !== null) whileFailing();
      if (how === 'lost before') throw new Failure('unknown', 0, 'connection lost');
      writes.push(patch);
      writtenFor.push(options.approvedBy);
      if (template && 'value' in template) roll(template.value as { image?: string });
      if (replicas && 'value' in replicas) {
        state.replicas = Number(replicas.value);
        state.generation += 1;
        bump();
      }
      if (how === 'lost after') throw new Failure('unknown', 0, 'connection lost');
      return { ...state };
    },
    async node() {
      return null;
    },
    async podsOn() {
      return [];
    },
    async setSchedulable() {
      throw new Failure('refused', 404, 'there are no nodes here');
    },
    changeByOthers(image, replicas = state.replicas) {
      roll({ image });
      state.replicas = replicas;
    },
    touchStatus: bump,
    failNextWrite(how, meanwhile = () => {}) {
      fault = how;
      whileFailing = meanwhile;
    },
    unsettle() {
      state.settled = false;
    },
    settle() {
      state.settled = true;
    },
    running: () => state.images.join(),
  };
}
