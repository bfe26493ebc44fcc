import type { Octokit } from 'octokit';
import { GitHubError } from './errors.ts';
import { splitRepo } from './repo.ts';
import { mergeThreeWay } from './three-way.ts';
import { unifiedDiff } from './unified-diff.ts';

/** What reverting a commit on top of the default branch would change. */
export type RevertPlan = {
  /** The default branch and the commit at its head that the plan was made for. */
  base: { branch: string; sha: string; tree: string };
  /** The reverted commit's first line. */
  subject: string;
  files: Array<{ path: string; change: 'restored' | 'removed' | 'edited' }>;
  /** The change as a unified diff. */
  patch: string;
  /** The same for GitHub's git data API. */
  tree: TreeChange[];
};

type TreeChange = { path: string; mode: Mode; type: 'blob' | 'commit' } & (
  { sha: string | null } | { content: string }
);
type Mode = '100644' | '100755' | '120000' | '160000';
type Entry = { sha: string; mode: Mode; type: 'blob' | 'commit' };
type Tree = Map<string, Entry>;

/**
 * Computes by content how to undo a commit: a file that still is as the commit left it becomes what it was
 * before; one that changed since is merged if the changes do not touch. Throws a `conflict` otherwise,
 * for a merge commit, and when there is nothing left to revert.
 */
export async function planRevert(octokit: Octokit, repo: string, sha: string): Promise<RevertPlan> {
  const target = splitRepo(repo);
  const { data: commit } = await octokit.rest.git.getCommit({ ...target, commit_sha: sha });
  const [parent, ...others] = commit.parents;
  if (!parent || others.length > 0) {
    const what = parent ? 'a merge; revert one of the commits that it merged' : 'the first of its repository';
    throw new GitHubError('conflict', `Commit ${sha.slice(0, 12)} cannot be reverted: it is ${what}.`);
  }
  const branch = (await octokit.rest.repos.get(target)).data.default_branch;
  const head = (await octokit.rest.git.getRef({ ...target, ref: `heads/${branch}` })).data.object.sha;
  const [before, after, now] = await Promise.all([
    readTree(octokit, repo, parent.sha),
    readTree(octokit, repo, sha),
    readTree(octokit, repo, head),
  ]);
  const plan: RevertPlan = {
    base: {
      branch,
      sha: head,
      tree: (await octokit.rest.git.getCommit({ ...target, commit_sha: head })).data.tree.sha,
    },
    subject: commit.message.split('\n')[0] ?? '',
    files: [],
    patch: '',
    tree: [],
  };
  const read = (entry: Entry | undefined) => readText(octokit, repo, entry);
  for (const path of changedPaths(before, after)) {
    const states = { before: before.get(path), after: after.get(path), now: now.get(path) };
    if (isSame(states.now, states.before)) continue;
    const { change, result } = await revertFile(path, states, read);
    plan.tree.push(change);
    plan.files.push({ path, change: !states.now ? 'restored' : result === undefined ? 'removed' : 'edited' });
    plan.patch += describe(path, await read(states.now), result);
  }
  if (plan.tree.length === 0) {
    throw new GitHubError(
      'conflict',
      `Nothing to revert: ${branch} no longer has the changes of ${sha.slice(0, 12)}.`,
    );
  }
  return plan;
}

type Text = string | 'binary' | undefined;
type States = { before: Entry | undefined; after: Entry | undefined; now: Entry | undefined };

async function revertFile(
  path: string,
  { before, after, now }: States,
  read: (entry: Entry | undefined) => Promise<Text>,
): Promise<{ change: TreeChange; result: Text }> {
  if (isSame(now, after)) {
    const { mode, type } = before ?? now ?? { mode: '100644' as const, type: 'blob' as const };
    return { change: { path, mode, type, sha: before?.sha ?? null }, result: await read(before) };
  }
  const [old, base, ours] = await Promise.all([read(before), read(after), read(now)]);
  if (isText(old) && isText(base) && isText(ours) && now) {
    const content = mergeThreeWay(base, ours, old);
    if (content !== undefined)
      return { change: { path, mode: now.mode, type: 'blob', content }, result: content };
  }
  throw new GitHubError('conflict', `${path} was changed again since, in the same place. Revert it by hand.`);
}

async function readTree(octokit: Octokit, repo: string, commitSha: string): Promise<Tree> {
  const { data } = await octokit.rest.git.getTree({
    ...splitRepo(repo),
    tree_sha: commitSha,
    recursive: 'true',
  });
  if (data.truncated) {
    throw new GitHubError(
      'refused',
      `${repo} has too many files to revert a commit through the API. Revert it by hand.`,
    );
  }
  const files = data.tree.filter(({ type }) => type === 'blob' || type === 'commit');
  return new Map(files.map(({ path, sha, mode, type }) => [path, { sha, mode, type } as Entry]));
}

/** A file's text, 'binary' for one that is none, undefined for one that is not there. */
async function readText(octokit: Octokit, repo: string, entry: Entry | undefined): Promise<Text> {
  if (!entry) return undefined;
  if (entry.type === 'commit') return 'binary';
  const { data } = await octokit.rest.git.getBlob({ ...splitRepo(repo), file_sha: entry.sha });
  const bytes = Buffer.from(data.content, 'base64');
  const text = bytes.toString('utf8');
  return text.includes('\0') || !Buffer.from(text).equals(bytes) ? 'binary' : text;
}

function changedPaths(before: Tree, after: Tree): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => !isSame(before.get(path), after.get(path))).sort();
}

function isSame(a: Entry | undefined, b: Entry | undefined): boolean {
  return a?.sha === b?.sha && a?.mode === b?.mode;
}

function isText(text: Text): text is string {
  return text !== undefined && text !== 'binary';
}

function describe(path: string, before: Text, after: Text): string {
  if (before === 'binary' || after === 'binary')
    return `diff --git a/${path} b/${path}\nBinary files differ\n`;
  return unifiedDiff(path, before, after);
}
