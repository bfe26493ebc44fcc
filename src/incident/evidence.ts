import type { Severity } from './alert.ts';
import type { ToolName } from './action.ts';
import type { Confidence } from './confidence.ts';

/** A quoted passage, commit, metric or past incident with where it came from. */
export type Evidence = {
  /** What is quoted, as it stands in its source; untrusted text. */
  quote: string;
  title: string;
  link: string | null;
  /** Why this was picked, in one line. */
  why: string;
  /**
   * Rank score within its kind, 0–1; comparable only within the kind. A commit's is the probability that it is
   * the guilty one.
   */
  score: number;
  /** On the first answer of its kind: whether it is the right one. */
  confidence?: Confidence | null | undefined;
  about: EvidenceAbout;
};

/** A commit that is less likely guilty than this is shown, but nobody is told that it is the cause. */
export const BELIEVABLE = 0.3;

/** `current`: the latest look found it; earlier finds stay, because proposals and hypotheses cite them. */
export type StoredEvidence = Evidence & { id: number; current: boolean };

export type EvidenceAbout =
  | { kind: 'runbook'; path: string; heading: string; actions: RunbookAction[] }
  | {
      kind: 'commit';
      service: string;
      repo: string;
      sha: string;
      at: string;
      author: string;
      paths: string[];
    }
  | {
      kind: 'deploy';
      service: string;
      namespace: string;
      deployment: string;
      revision: number;
      /** The revision that ran before; null for the first. */
      previousRevision: number | null;
      image: string;
      sha: string | null;
      at: string;
      /** Whether it is what runs now; an older rollout cannot be rolled back any more. */
      running: boolean;
      /** How long before the first alert it went out, in seconds. */
      secondsBefore: number;
    }
  | {
      kind: 'flag';
      /** Declared service that it is about; null where nobody said. */
      service: string | null;
      key: string;
      before: string | null;
      after: string | null;
      at: string;
      environment: string | null;
      /** The commit that changed it; null where a flag service did. */
      sha: string | null;
    }
  | { kind: 'incident'; incidentId: number; worked: ToolName | null }
  | { kind: 'signal'; service: string; name: string; query: string; value: number; healthyBelow: number };

/**
 * What a runbook recommends: a tool, for the affected service or a named one. Without `arguments` they follow
 * from the service, where that is possible.
 */
export type RunbookAction = {
  tool: ToolName;
  service?: string | undefined;
  replicas?: number | undefined;
  arguments?: Record<string, unknown> | undefined;
};

/** A live incident or a closed one, as far as search and cards need it. */
export type PastIncident = {
  id: number;
  title: string;
  service: string | null;
  severity: Severity;
  openedAt: Date;
  /** The tool of the proposal that was verified to have helped. */
  worked: ToolName | null;
};
