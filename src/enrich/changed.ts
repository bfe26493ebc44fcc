/** One commit of a service's repository. */
export type Commit = {
  repo: string;
  sha: string;
  at: Date;
  author: string;
  subject: string;
  body: string;
  url: string;
  files: { path: string; additions: number; deletions: number; patch?: string | undefined }[];
};

/** A commit that was found guilty before. */
export type GuiltyChange = { repo: string; sha: string; paths: readonly string[] };

/** One revision of a deployment, as the cluster keeps them. */
export type Rollout = {
  service: string;
  namespace: string;
  deployment: string;
  revision: number;
  image: string;
  /** Names its template whatever its number; null where nobody tells. */
  template: string | null;
  /** The commit that the image was built from, where the cluster tells. */
  sha: string | null;
  at: Date;
  cause: string | null;
};

/** What a suspect is judged by. `distance` is 0 for the alerting service, 1 for what it depends on, … */
export type Affected = { name: string; distance: number; paths: string[] };
