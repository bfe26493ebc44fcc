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
