import type { CodeHost } from '../../act/world/code-host.ts';
import type { CommitLog } from '../../enrich/changes.ts';
import { firstLine } from '../../incident/text.ts';
import type { GitHubClient } from './client.ts';
import { GitHubError } from './errors.ts';
import { onlyKnown } from './repo.ts';
import { revertBranch } from './revert.ts';

/** GitHub as the stages see it; only the configured repositories are ever asked for. */
export function codeHostOver(client: GitHubClient, repos: readonly string[]): CodeHost & CommitLog {
  const known = onlyKnown(repos);
  return {
    commits: (query) => client.commits({ ...query, repo: known(query.repo) }),
    async previewRevert(repo, sha) {
      const [commit, plan] = await Promise.all([
        client.commit({ repo: known(repo), sha }),
        client.openRevertPullRequest({ repo, sha, title: 'preview', body: '', dryRun: true }),
      ]);
      if (plan.kind !== 'planned') {
        throw new GitHubError(
          'conflict',
          'A pull request that reverts it is there already; see the repository.',
        );
      }
      return {
        base: plan.base.branch,
        files: plan.files.map((file) => file.path),
        subject: firstLine(commit.subject, 100),
      };
    },
    async openRevert(repo, sha, text) {
      const result = await client.openRevertPullRequest({ repo: known(repo), sha, ...text });
      if (result.kind === 'planned') throw new Error('openRevert: only a plan came back');
      return result.pullRequest;
    },
    async findRevert(repo, sha) {
      return (await client.findPullRequest({ repo: known(repo), branch: revertBranch(sha) })) ?? null;
    },
    async pullRequest(repo, number) {
      try {
        return await client.pullRequest({ repo: known(repo), number });
      } catch (error) {
        if (error instanceof GitHubError && error.kind === 'not_found') return null;
        throw error;
      }
    },
    async closePullRequest(repo, number) {
      await client.closePullRequest({ repo: known(repo), number });
    },
  };
}
