import type { Octokit } from 'octokit';
import type { Issue, IssueReader, Issues } from '../../act/world/issues.ts';
import { orNull } from './errors.ts';
import { onlyKnown, splitRepo } from './repo.ts';

const PAGES = 3;

type ApiIssue = {
  number: number;
  html_url: string;
  title: string;
  state: string;
  updated_at: string;
  body?: string | null;
};

/** Issues of the configured repositories, with nothing that could change them. */
export function githubIssueReader(octokit: Octokit, repos: readonly string[]): IssueReader {
  const known = onlyKnown(repos);
  const at = (repo: string) => splitRepo(known(repo));

  async function newest(
    repo: string,
    state: 'open' | 'all',
    fits: (issue: ApiIssue) => boolean,
  ): Promise<Issue | null> {
    for (let page = 1; page <= PAGES; page += 1) {
      const query = { ...at(repo), state, sort: 'created', direction: 'desc', per_page: 100, page } as const;
      const { data } = await octokit.rest.issues.listForRepo(query);
      const found = data.find((issue) => !issue.pull_request && fits(issue));
      if (found) return toIssue(found);
      if (data.length < 100) break;
    }
    return null;
  }

  return {
    async issue(repo, number) {
      const answer = await orNull(octokit.rest.issues.get({ ...at(repo), issue_number: number }));
      return answer && toIssue(answer.data);
    },
    marked: (repo, mark) => newest(repo, 'all', ({ body }) => body?.trimEnd().endsWith(mark) ?? false),
    openTitled: (repo, title) => newest(repo, 'open', (issue) => issue.title === title),
  };
}

/** The same, and what changes them. */
export function githubIssues(octokit: Octokit, repos: readonly string[]): Issues {
  const known = onlyKnown(repos);
  const at = (repo: string) => splitRepo(known(repo));
  return {
    ...githubIssueReader(octokit, repos),
    async open(repo, text) {
      await octokit.rest.issues.create({ ...at(repo), ...text });
    },
    async close(repo, number) {
      await octokit.rest.issues.update({ ...at(repo), issue_number: number, state: 'closed' });
    },
  };
}

function toIssue({ number, html_url: url, title, state, updated_at: updatedAt }: ApiIssue): Issue {
  return { number, url, title, state: state === 'open' ? 'open' : 'closed', updatedAt };
}
