import type { Octokit } from 'octokit';
import { GitHubError } from './errors.ts';
import { splitRepo } from './repo.ts';

/** A pull request from a branch of the same repository. */
export type PullRequest = {
  repo: string;
  number: number;
  url: string;
  title: string;
  branch: string;
  headSha: string;
  state: 'open' | 'closed' | 'merged';
};

/** Branches that we make, and may therefore delete. */
export const BRANCH_PREFIX = 'sitrep/';

/** The pull request from that branch, the open one before closed ones, else the latest; undefined if there is none. */
export async function findPullRequest(
  octokit: Octokit,
  { repo, branch }: { repo: string; branch: string },
): Promise<PullRequest | undefined> {
  const { owner, repo: name } = splitRepo(repo);
  const { data } = await octokit.rest.pulls.list({
    owner,
    repo: name,
    head: `${owner}:${branch}`,
    state: 'all',
    sort: 'created',
    direction: 'desc',
    per_page: 20,
  });
  const found = data.map((pull) => toPullRequest(repo, pull));
  return found.find(({ state }) => state === 'open') ?? found[0];
}

/** Opens a pull request; if one is open for the branch already, returns that. */
export async function openPullRequest(
  octokit: Octokit,
  wanted: { repo: string; branch: string; base: string; title: string; body: string },
): Promise<PullRequest> {
  const { repo, branch, base, title, body } = wanted;
  try {
    const { data } = await octokit.rest.pulls.create({ ...splitRepo(repo), head: branch, base, title, body });
    return toPullRequest(repo, data);
  } catch (error) {
    // Somebody else opened it meanwhile, or our own request got through although its answer was lost.
    const mayExist = error instanceof GitHubError && (error.kind === 'refused' || error.maybeDone);
    const found = mayExist ? await findPullRequest(octokit, wanted) : undefined;
    if (found?.state === 'open') return found;
    throw error;
  }
}

/**
 * Closes a pull request without merging and deletes its branch if it is one of ours. Closing a closed one
 * changes nothing; a merged one is a conflict, as closing cannot undo it.
 */
export async function closePullRequest(
  octokit: Octokit,
  { repo, number }: { repo: string; number: number },
): Promise<PullRequest> {
  const target = { ...splitRepo(repo), pull_number: number };
  const before = toPullRequest(repo, (await octokit.rest.pulls.get(target)).data);
  if (before.state === 'merged') {
    throw new GitHubError(
      'conflict',
      `Pull request #${number} is merged. To undo it, revert its merge commit.`,
    );
  }
  if (before.state === 'open') await octokit.rest.pulls.update({ ...target, state: 'closed' });
  if (before.branch.startsWith(BRANCH_PREFIX)) await deleteBranch(octokit, repo, before.branch);
  return toPullRequest(repo, (await octokit.rest.pulls.get(target)).data);
}

/** One pull request by its number. */
export async function readPullRequest(
  octokit: Octokit,
  { repo, number }: { repo: string; number: number },
): Promise<PullRequest> {
  return toPullRequest(
    repo,
    (await octokit.rest.pulls.get({ ...splitRepo(repo), pull_number: number })).data,
  );
}

async function deleteBranch(octokit: Octokit, repo: string, branch: string): Promise<void> {
  try {
    await octokit.rest.git.deleteRef({ ...splitRepo(repo), ref: `heads/${branch}` });
  } catch (error) {
    // GitHub says 422 for a reference that is gone; the emulator says 404.
    const isGone = error instanceof GitHubError && (error.status === 422 || error.status === 404);
    if (!isGone) throw error;
  }
}

type ApiPull = {
  number: number;
  html_url: string;
  title: string;
  state: string;
  merged_at: string | null;
  head: { ref: string; sha: string };
};

function toPullRequest(repo: string, pull: ApiPull): PullRequest {
  return {
    repo,
    number: pull.number,
    url: pull.html_url,
    title: pull.title,
    branch: pull.head.ref,
    headSha: pull.head.sha,
    state: pull.merged_at ? 'merged' : pull.state === 'open' ? 'open' : 'closed',
  };
}
