/**
 * A frozen incident as the diagnosis sees it, whatever shape it was written in. Times are milliseconds of one
 * clock: the epoch where the file tells dates, else whatever zero it counts from. Null means not told.
 */
export type FrozenIncident = {
  id: string;
  /** When the first alert fired. */
  alertAt: number | null;
  alerts: FrozenAlert[];
  logs: LogLine[];
  series: Series[];
  spans: Span[];
  patterns: Pattern[];
  commits: FrozenCommit[];
  deploys: Deploy[];
  flags: FlagChange[];
  /** Names of services that the file declares. */
  services: string[];
  /** Those of them that somebody else runs. */
  external: string[];
  /** What each service calls, as far as the file declares it. */
  dependsOn: ReadonlyMap<string, readonly string[]>;
};

export type FrozenAlert = { name: string; at: number | null; service: string | null; text: string };

export type LogLine = {
  at: number | null;
  service: string | null;
  /** 1 for an error, .6 for a warning, 0 for the rest. */
  gravity: number;
  text: string;
  count: number;
};

export type Series = {
  name: string;
  service: string | null;
  points: { at: number; value: number }[];
  /** Where only a summary is told: the value before and during the incident. */
  summary: { before: number; during: number } | null;
};

export type Span = {
  trace: string;
  id: string;
  parent: string | null;
  service: string;
  /** What a client span calls, where it says so. */
  peer: string | null;
  operation: string;
  at: number | null;
  durationMs: number | null;
  failed: boolean;
  text: string;
};

export type Pattern = {
  template: string;
  service: string | null;
  gravity: number;
  before: number | null;
  during: number | null;
  firstSeen: number | null;
};

export type FrozenCommit = {
  sha: string;
  at: number | null;
  author: string;
  subject: string;
  body: string;
  paths: string[];
  diff: string;
  service: string | null;
};

export type Deploy = {
  service: string | null;
  at: number | null;
  /** A commit, version or image: whatever names what went out. */
  what: string;
  /** Commits that the deployment says it contains. */
  contains: string[];
  /** Whether it reached production at all: not failed, not undone before it counted, not a test environment. */
  live: boolean;
  text: string;
};

export type FlagChange = {
  key: string;
  at: number | null;
  service: string | null;
  /** Whether it went on, or to more users; null where neither is told. */
  on: boolean | null;
  live: boolean;
  text: string;
};
