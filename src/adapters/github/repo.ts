import { GitHubError } from './errors.ts';

/** `acme/shop` as octokit wants it. */
export function splitRepo(repo: string): { owner: string; repo: string } {
  const [, owner, name] = /^([\w.-]+)\/([\w.-]+)$/.exec(repo) ?? [];
  if (!owner || !name)
    throw new GitHubError('refused', `"${repo}" is not a repository. Write it as owner/name.`);
  return { owner, repo: name };
}

/** Gives a repository back if it is one of these, and refuses every other. */
export function onlyKnown(repos: readonly string[]): (repo: string) => string {
  return (repo) => {
    if (repos.includes(repo)) return repo;
    throw new GitHubError('refused', `${repo} is not among GITHUB_REPOS. Add it there if Sitrep may use it.`);
  };
}
