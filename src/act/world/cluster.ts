/** A deployment as far as the tools need it. */
export type DeploymentState = {
  uid: string;
  resourceVersion: string;
  /** Counts changes of the specification only, unlike resourceVersion, which status changes move as well. */
  generation: number;
  revision: number;
  replicas: number;
  available: number;
  /** Whether every replica runs the current template and is available. */
  settled: boolean;
  images: string[];
  /** The pod template, compared as a whole; the hash label of the replica set is left out. */
  template: unknown;
  /** Why this template was rolled out, as noted on the deployment; null where nothing is noted. */
  cause: string | null;
};

export type Revision = Pick<DeploymentState, 'revision' | 'images' | 'template' | 'cause'>;

export type JsonPatch = (
  { op: 'test' | 'replace' | 'add'; path: string; value: unknown } | { op: 'remove'; path: string }
)[];

/** What can be asked of a cluster; nothing here changes it. */
export interface ClusterReader {
  /** Null where there is no such deployment. */
  deployment(namespace: string, name: string): Promise<DeploymentState | null>;
  revisions(namespace: string, name: string): Promise<Revision[]>;
  /**
   * Whether the server would take a patch, by its own dry run; rejects where it would not. False: this credential may
   * only read, and Kubernetes asks for the right to write even to try. The executor then tries it before it writes.
   */
  tryPatch(namespace: string, name: string, patch: JsonPatch): Promise<boolean>;
}

export interface Cluster extends ClusterReader {
  /** One write. Rejects with a `WriteFailure`. With `dryRun` nothing is changed. */
  patch(
    namespace: string,
    name: string,
    patch: JsonPatch,
    options: { dryRun: boolean },
  ): Promise<DeploymentState>;
}
