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

export interface Cluster {
  /** Null where there is no such deployment. */
  deployment(namespace: string, name: string): Promise<DeploymentState | null>;
  revisions(namespace: string, name: string): Promise<Revision[]>;
  /** One write. Rejects with a `WriteFailure`. With `dryRun` nothing is changed. */
  patch(
    namespace: string,
    name: string,
    patch: JsonPatch,
    options: { dryRun: boolean },
  ): Promise<DeploymentState>;
}

export type PullRequest = { number: number; url: string; state: 'open' | 'closed' | 'merged' };

export interface CodeHost {
  /** What a revert of the commit would change, without writing. Rejects where it does not apply cleanly. */
  previewRevert(repo: string, sha: string): Promise<{ base: string; files: string[]; subject: string }>;
  /** Opens the pull request that reverts the commit; finds it where it is already there. */
  openRevert(repo: string, sha: string, text: { title: string; body: string }): Promise<PullRequest>;
  findRevert(repo: string, sha: string): Promise<PullRequest | null>;
  pullRequest(repo: string, number: number): Promise<PullRequest | null>;
  closePullRequest(repo: string, number: number): Promise<void>;
}

/** The world that tools act on; null where it is not configured. */
export type World = { cluster: Cluster | null; codeHost: CodeHost | null };

/** How a write failed: it was refused and has not happened, or nobody knows whether it has. */
export type WriteFailure = Error & { outcome: 'refused' | 'unknown' };

/** Only a failure that says so counts as refused; anything else may have happened. */
export function wasRefused(error: unknown): boolean {
  return error instanceof Error && 'outcome' in error && error.outcome === 'refused';
}
