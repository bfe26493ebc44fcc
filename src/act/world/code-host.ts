export type PullRequest = { number: number; url: string; state: 'open' | 'closed' | 'merged' };

/** What can be asked of a code host; nothing here changes it. */
export interface CodeReader {
  /** What a revert of the commit would change, without writing. Rejects where it does not apply cleanly. */
  previewRevert(repo: string, sha: string): Promise<{ base: string; files: string[]; subject: string }>;
  findRevert(repo: string, sha: string): Promise<PullRequest | null>;
  pullRequest(repo: string, number: number): Promise<PullRequest | null>;
}

export interface CodeHost extends CodeReader {
  /** Opens the pull request that reverts the commit; finds it where it is already there. */
  openRevert(repo: string, sha: string, text: { title: string; body: string }): Promise<PullRequest>;
  closePullRequest(repo: string, number: number): Promise<void>;
}
