import { GitHubError } from './errors.ts';

/** `acme/shop` as octokit wants it. */
export function splitRepo(repo: string): { owner: string; repo: string } {
  const [, owner, name] = /^([\w.-]+)\/([\w.-]+)$/.exec(repo) ?? [];
  if (!owner || !name)
    throw new GitHubError('refused', `"${repo}" is not a repository. Write it as owner/name.`);
  return { owner, repo: name };
}
