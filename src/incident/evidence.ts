import type { Severity } from './alert.ts';
import type { ToolName } from './action.ts';
import { digestOf } from './canonical.ts';
import type { Confidence } from './confidence.ts';
import type { Remediation } from './remediation.ts';

/** A quoted passage, commit, metric or past incident with where it came from. */
export type Evidence = {
  /** What is quoted, as it stands in its source; untrusted text. */
  quote: string;
  title: string;
  link: string | null;
  /** Why this was picked, in one line. */
  why: string;
  /**
   * Rank score within its kind, 0–1; comparable only within the kind. Commits, rollouts and flags are one kind: theirs
   * is the probability that this change is the guilty one.
   */
  score: number;
  /** On the first answer of its kind: whether it is the right one. */
  confidence?: Confidence | null | undefined;
  about: EvidenceAbout;
};

/** What identifies a piece of evidence in the record: its words and where they come from. */
export function evidenceHash({ title, quote, link }: Evidence): string {
  return digestOf({ title, quote, link });
}

/** A change that is less likely guilty than this is shown, but nobody is told that it is the cause. */
export const BELIEVABLE = 0.3;

/** `current`: the latest look found it; earlier finds stay, because proposals and hypotheses cite them. */
export type StoredEvidence = Evidence & { id: number; current: boolean };

export type EvidenceAbout =
  | { kind: 'runbook'; path: string; heading: string; actions: Recommendation[] }
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
      /** Names its template whatever its number; what was found before this was kept has none. */
      template?: string | null | undefined;
      /** The revision that ran before and was never found guilty; null where there is none. */
      previousRevision: number | null;
      image: string;
      sha: string | null;
      at: string;
      /** Whether it is what runs now; an older rollout cannot be rolled back any more. */
      running: boolean;
      /** How long before the alert it went out, in seconds; negative after it. */
      secondsBefore: number;
      /** Sitrep's own action that brought it. */
      own?: { helped: boolean } | null | undefined;
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
  | { kind: 'incident'; incidentId: number; worked: string | null }
  | {
      kind: 'diagnosis';
      /** Where it began, and who else is affected. */
      service: string;
      affected: string[];
      /** What would help; null where nothing tells. */
      remedy: Remediation | null;
      /** Milliseconds since 1970; null where no sign tells a time. */
      onset: number | null;
    }
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

/** Actions that are recommended together, in this order: they are proposed as one plan. */
export type RunbookPlan = { plan: RunbookAction[] };

export type Recommendation = RunbookAction | RunbookPlan;

/** A live incident or a closed one, as far as search and cards need it. */
export type PastIncident = {
  id: number;
  title: string;
  service: string | null;
  severity: Severity;
  openedAt: Date;
  /** The tools of what was verified to have helped: one, or those of a plan in their order; none where nothing was. */
  worked: ToolName[];
};
