import type { Risk } from '../../incident/action.ts';

export type WorkflowRun = {
  id: number;
  name: string;
  attempt: number;
  /** `queued`, `in_progress`, `completed`, … */
  status: string;
  /** Null until it is completed. */
  conclusion: string | null;
  branch: string;
  url: string;
  /** Whether our own account started it; null where GitHub does not say who we are. */
  ours: boolean | null;
};

/** `active` or why not, as GitHub says. */
export type Workflow = { name: string; state: string; updatedAt: string };

export interface Workflows {
  run(repo: string, id: number): Promise<WorkflowRun | null>;
  rerunFailedJobs(repo: string, id: number): Promise<void>;
  workflow(repo: string, file: string): Promise<Workflow | null>;
  setEnabled(repo: string, file: string, enabled: boolean): Promise<void>;
  /** What a branch or tag points at; null where there is none. */
  head(repo: string, ref: string): Promise<string | null>;
  /** The workflow's text at a commit; null where it is not there. */
  source(repo: string, file: string, sha: string): Promise<string | null>;
  /** Runs that were started by hand or API on this branch, newest first. */
  dispatched(repo: string, file: string, ref: string): Promise<WorkflowRun[]>;
  /** Starts a run, and waits a few seconds for it to be listed, because GitHub does so late. */
  dispatch(
    repo: string,
    file: string,
    wanted: { ref: string; inputs: Record<string, string> },
  ): Promise<void>;
  /** What sitrep.yaml says of starting it; null where it says nothing. */
  listedRisk(repo: string, file: string): Risk | null;
}
