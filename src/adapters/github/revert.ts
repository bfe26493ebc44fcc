import type { Octokit } from 'octokit';
import { GitHubError } from './errors.ts';
import { BRANCH_PREFIX, findPullRequest, openPullRequest, type PullRequest } from './pull-requests.ts';
import { splitRepo } from './repo.ts';
import { planRevert, type RevertPlan } from './revert-plan.ts';

export type RevertRequest = {
  repo: string;
  /** The commit to revert, 40 hex digits. */
  sha: string;
  /** `sitrep/revert-<first 12 of sha>` if absent. */
  branch?: string;
  title: string;
  body: string;
  /** Only say what would be done; nothing is written. */
  dryRun?: boolean;
};

/** `existing`: it had been opened, or merged, before; nothing was written. */
export type RevertResult =
  | { kind: 'planned'; branch: string; base: RevertPlan['base']; files: RevertPlan['files']; patch: string }
  | { kind: 'opened'; pullRequest: PullRequest; files: RevertPlan['files']; patch: string }
  | { kind: 'existing'; pullRequest: PullRequest };

/** The branch that a revert of this commit is made on. */
export function revertBranch(sha: string): string {
  return `${BRANCH_PREFIX}revert-${sha.slice(0, 12)}`;
}

/**
 * Opens a pull request that reverts a commit on top of the default branch. Asked again, it finds what it
 * made before: the branch's name is what ties them. Throws a `conflict` if the revert does not apply or the
 * branch holds something else.
 */
export async function openRevertPullRequest(octokit: Octokit, request: RevertRequest): Promise<RevertResult> {
  const { repo, sha, title, body, branch = revertBranch(sha) } = request;
  const existing = await findPullRequest(octokit, { repo, branch });
  if (existing && existing.state !== 'closed') return { kind: 'existing', pullRequest: existing };
  const plan = await planRevert(octokit, repo, sha);
  const { base, files, patch } = plan;
  if (request.dryRun) return { kind: 'planned', branch, base, files, patch };
  if (!(await hasRevert(octokit, repo, branch, sha))) await pushRevert(octokit, repo, branch, sha, plan);
  const pullRequest = await openPullRequest(octokit, { repo, branch, base: base.branch, title, body });
  return { kind: 'opened', pullRequest, files, patch };
}

/** Whether the branch is there and ends in our revert, left by an attempt that got no further. */
async function hasRevert(octokit: Octokit, repo: string, branch: string, sha: string): Promise<boolean> {
  const target = splitRepo(repo);
  let head: string;
  try {
    head = (await octokit.rest.git.getRef({ ...target, ref: `heads/${branch}` })).data.object.sha;
  } catch (error) {
    if (error instanceof GitHubError && error.kind === 'not_found') return false;
    throw error;
  }
  const { data } = await octokit.rest.git.getCommit({ ...target, commit_sha: head });
  if (data.message.includes(marker(sha))) return true;
  throw new GitHubError(
    'conflict',
    `The branch ${branch} holds something else. Delete or rename it, then try again.`,
  );
}

async function pushRevert(
  octokit: Octokit,
  repo: string,
  branch: string,
  sha: string,
  plan: RevertPlan,
): Promise<void> {
  const target = splitRepo(repo);
  const tree = await octokit.rest.git.createTree({ ...target, base_tree: plan.base.tree, tree: plan.tree });
  const commit = await octokit.rest.git.createCommit({
    ...target,
    message: `Revert "${plan.subject}"\n\n${marker(sha)}`,
    tree: tree.data.sha,
    parents: [plan.base.sha],
  });
  try {
    await octokit.rest.git.createRef({ ...target, ref: `refs/heads/${branch}`, sha: commit.data.sha });
  } catch (error) {
    // Another attempt was faster, or our request got through although its answer was lost.
    const mayExist = error instanceof GitHubError && (error.kind === 'refused' || error.maybeDone);
    if (!mayExist || !(await hasRevert(octokit, repo, branch, sha))) throw error;
  }
}

/** git's own wording, by which we and others know what a commit reverts. */
function marker(sha: string): string {
  return `This reverts commit ${sha}.`;
}
