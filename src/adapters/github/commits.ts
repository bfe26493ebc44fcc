import type { Octokit } from 'octokit';
import { splitRepo } from './repo.ts';

/** A commit with what it changed. `patch` is absent for binary and very large files. */
export type Commit = {
  sha: string;
  /** `owner/name`. */
  repo: string;
  /** When it was committed, which is when it could first be deployed. */
  at: Date;
  author: string;
  subject: string;
  body: string;
  url: string;
  files: CommitFile[];
};

type CommitFile = { path: string; additions: number; deletions: number; patch?: string };

/** Which commits: those of the default branch between two moments, touching any of the paths (absent: all). */
export type CommitQuery = { repo: string; since: Date; until: Date; paths?: string[]; limit?: number };

const DEFAULT_LIMIT = 50;
const LONGEST_PATCH = 20_000;
const AT_ONCE = 5;

/** The commits that a query asks for, newest first, at most `limit` (50 if absent). */
export async function listCommits(octokit: Octokit, query: CommitQuery): Promise<Commit[]> {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const found = new Map<string, { sha: string; at: number }>();
  for (const path of query.paths ?? [undefined]) {
    for (const entry of await listOnePath(octokit, query, path, limit)) found.set(entry.sha, entry);
  }
  const newest = [...found.values()].sort((a, b) => b.at - a.at).slice(0, limit);
  const commits: Commit[] = [];
  for (let start = 0; start < newest.length; start += AT_ONCE) {
    const batch = newest.slice(start, start + AT_ONCE);
    commits.push(...(await Promise.all(batch.map(({ sha }) => readCommit(octokit, query.repo, sha)))));
  }
  return commits;
}

async function listOnePath(octokit: Octokit, query: CommitQuery, path: string | undefined, limit: number) {
  const entries: Array<{ sha: string; at: number }> = [];
  const pages = octokit.paginate.iterator(octokit.rest.repos.listCommits, {
    ...splitRepo(query.repo),
    since: query.since.toISOString(),
    until: query.until.toISOString(),
    ...(path === undefined ? {} : { path }),
    per_page: Math.min(limit, 100),
  });
  for await (const { data } of pages) {
    for (const { sha, commit } of data) entries.push({ sha, at: Date.parse(commit.committer?.date ?? '') });
    if (entries.length >= limit) break;
  }
  return entries.slice(0, limit);
}

/** One commit with its files. */
export async function readCommit(octokit: Octokit, repo: string, sha: string): Promise<Commit> {
  const { data } = await octokit.rest.repos.getCommit({ ...splitRepo(repo), ref: sha });
  const [subject = '', ...body] = data.commit.message.split('\n');
  return {
    sha: data.sha,
    repo,
    at: new Date(data.commit.committer?.date ?? data.commit.author?.date ?? 0),
    author: data.commit.author?.name ?? data.author?.login ?? 'unknown',
    subject,
    body: body.join('\n').trim(),
    url: data.html_url,
    files: (data.files ?? []).map(({ filename, additions, deletions, patch }) => ({
      path: filename,
      additions,
      deletions,
      ...(patch === undefined ? {} : { patch: patch.slice(0, LONGEST_PATCH) }),
    })),
  };
}
