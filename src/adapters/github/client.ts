import { listCommits, readCommit, type Commit, type CommitQuery } from './commits.ts';
import { connect, type GitHubOptions } from './connection.ts';
import { closePullRequest, findPullRequest, readPullRequest, type PullRequest } from './pull-requests.ts';
import { openRevertPullRequest, type RevertRequest, type RevertResult } from './revert.ts';

/** What Sitrep asks of GitHub. Repositories are `owner/name`; everything rejects with a GitHubError. */
export type GitHubClient = {
  /** Commits of the default branch between two moments, newest first, with their files; at most `limit` (50). */
  commits(query: CommitQuery): Promise<Commit[]>;
  /** One commit. */
  commit(query: { repo: string; sha: string }): Promise<Commit>;
  /** Opens (or, with `dryRun`, only plans) a pull request that reverts a commit; finds the one made before. */
  openRevertPullRequest(request: RevertRequest): Promise<RevertResult>;
  /** The pull request from a branch, if there is one. */
  findPullRequest(query: { repo: string; branch: string }): Promise<PullRequest | undefined>;
  pullRequest(query: { repo: string; number: number }): Promise<PullRequest>;
  /** Closes a pull request and deletes its branch: the inverse of opening it. */
  closePullRequest(query: { repo: string; number: number }): Promise<PullRequest>;
};

/** Makes a client; no request is sent before it is used. */
export function githubClient(options: GitHubOptions): GitHubClient {
  const octokit = connect(options);
  return {
    commits: (query) => listCommits(octokit, query),
    commit: ({ repo, sha }) => readCommit(octokit, repo, sha),
    openRevertPullRequest: (request) => openRevertPullRequest(octokit, request),
    findPullRequest: (query) => findPullRequest(octokit, query),
    pullRequest: (query) => readPullRequest(octokit, query),
    closePullRequest: (query) => closePullRequest(octokit, query),
  };
}
