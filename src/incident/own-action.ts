import type { ToolName } from './action.ts';
import type { ProposalState } from './proposal.ts';

/** An action on a deployment that Sitrep itself has sent, as whoever looks for suspects must know it. */
export type OwnAction = {
  tool: ToolName;
  namespace: string;
  deployment: string;
  /** When it was sent, by the database's clock. */
  at: Date;
  /** Who approved it: a person's Slack id, or `sitrep` where the policy allowed it. */
  by: string;
  state: ProposalState;
  /** Whether it undid an earlier action; then it was nothing's cure. */
  undid: boolean;
  /** Of a rollback: the template that it put back, by its hash, and the revision that it took out of service. */
  template: string | null;
  left: number | null;
};

/**
 * What a person or a verified rollback has found guilty: a revision of a deployment, a commit, or both. Nulls are
 * unknown. A revision gets a new number when it is rolled out again; its template stays the same.
 */
export type Blamed = {
  namespace: string | null;
  deployment: string | null;
  revision: number | null;
  template: string | null;
  sha: string | null;
};

/** A revision of a deployment, as far as is known. */
export type RevisionOf = {
  namespace: string;
  deployment: string;
  revision: number;
  template: string | null;
  sha: string | null;
};

/** Whether this revision, or the commit that it was built from, was found guilty before. */
export function isBlamed(one: RevisionOf, blamed: readonly Blamed[]): boolean {
  return blamed.some(
    (guilty) =>
      (guilty.sha !== null && one.sha !== null && isSameSha(guilty.sha, one.sha)) ||
      (guilty.deployment === one.deployment &&
        guilty.namespace === one.namespace &&
        (guilty.template !== null && one.template !== null
          ? guilty.template === one.template
          : guilty.revision === one.revision)),
  );
}

/** Whether verification has said that it helped. */
export function hasHelped({ state, undid }: Pick<OwnAction, 'state' | 'undid'>): boolean {
  return state === 'succeeded' && !undid;
}

/** Images often carry only the beginning of a hash. */
export function isSameSha(a: string, b: string): boolean {
  return a.length >= 7 && b.length >= 7 && (a.startsWith(b) || b.startsWith(a));
}
