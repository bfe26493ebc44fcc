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
  /** Whether changes of the template are held back. */
  paused: boolean;
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

/** A node as far as the tools need it. */
export type NodeState = {
  uid: string;
  resourceVersion: string;
  /** True where it takes no new pods. */
  unschedulable: boolean;
  ready: boolean;
  /** What the last cordon or uncordon of ours left there; null where there was none. */
  mark: string | null;
};

/** A pod that runs on a node; `deployment` is null where no deployment made it. */
export type PodOnNode = { namespace: string; name: string; deployment: string | null };

/**
 * Who a write is for. A dry run changes nothing and is nobody's; a write is told who approved it, by Slack
 * user id, so that it can be made in that person's name.
 */
export type WriteOptions = { dryRun: true } | { dryRun: false; approvedBy: string[] };

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
  /** Null where there is no such node. */
  node(name: string): Promise<NodeState | null>;
  podsOn(node: string): Promise<PodOnNode[]>;
  /** As `tryPatch`, of `setSchedulable`. */
  trySchedulable(node: string, change: Schedulable): Promise<boolean>;
}

export type Schedulable = Pick<NodeState, 'unschedulable' | 'resourceVersion'> & { mark: string };

/** The writes are one request each. They reject with a `WriteFailure`. With `dryRun` nothing is changed. */
export interface Cluster extends ClusterReader {
  patch(namespace: string, name: string, patch: JsonPatch, options: WriteOptions): Promise<DeploymentState>;
  /** Refused with code 409 where the node has another resourceVersion by now. */
  setSchedulable(node: string, change: Schedulable, options: WriteOptions): Promise<NodeState>;
}
