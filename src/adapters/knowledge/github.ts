import type { Octokit } from 'octokit';
import { GitHubError } from '../github/errors.ts';
import { splitRepo } from '../github/repo.ts';
import { isWanted, noFolder } from './git.ts';
import { LARGEST_BYTES, tooLarge, unreadable, type KnowledgeSource } from './source.ts';

const AT_ONCE = 8;
/** A rate limit of GitHub lasts an hour at most. */
const LONGEST_PAUSE_MS = 65 * 60_000;

/** How rate limits are waited for. */
export type Patience = {
  now: () => Date;
  wait: (ms: number) => Promise<unknown>;
  onPause: (until: Date) => void;
};

/**
 * The documents of a repository on GitHub, as its branch has them (the default one where none is named).
 * One request asks whether the branch has moved, one lists the tree, and only texts with a new hash are
 * fetched. Rate limits are waited for.
 */
export function githubSource(options: {
  name: string;
  octokit: Octokit;
  repo: string;
  branch: string | undefined;
  folder: string;
  patience: Patience;
}): KnowledgeSource {
  const { name, octokit, branch, folder, patience } = options;
  const where = splitRepo(options.repo);
  const patiently = <T>(work: () => Promise<T>) => withPatience(work, patience);
  let finishedAt = '';

  async function tree(sha: string, under: string): Promise<TreeEntry[]> {
    const { data } = await patiently(() =>
      octokit.rest.git.getTree({ ...where, tree_sha: sha, recursive: '1' }),
    );
    const prefixed = (entries: TreeEntry[]) =>
      entries.map((one) => ({ ...one, path: `${under}${one.path}` }));
    if (!data.truncated) return prefixed(data.tree);
    // Too large for one answer: folder by folder.
    const level = await patiently(() => octokit.rest.git.getTree({ ...where, tree_sha: sha }));
    const found: TreeEntry[] = [];
    for (const entry of prefixed(level.data.tree)) {
      if (entry.type === 'tree') found.push(...(await tree(entry.sha, `${entry.path}/`)));
      else found.push(entry);
    }
    return found;
  }

  return {
    name,
    async list() {
      const ref = branch ?? (await patiently(() => octokit.rest.repos.get(where))).data.default_branch;
      const head = await patiently(() => octokit.rest.repos.getCommit({ ...where, ref, per_page: 1 }));
      const { sha, html_url: page } = head.data;
      if (sha === finishedAt) return 'unchanged';
      const problems: string[] = [];
      const kept: string[] = [];
      const entries = [];
      const all = await tree(head.data.commit.tree.sha, '');
      const below = folder === '' ? all : all.filter(({ path }) => path.startsWith(`${folder}/`));
      if (folder !== '' && below.length === 0) throw new Error(noFolder(folder, ref, options.repo, 'github'));
      for (const { path, mode, type, size = 0, sha: version } of below) {
        if (type !== 'blob' || mode === '120000' || !isWanted(path)) continue;
        if (size > LARGEST_BYTES) {
          problems.push(tooLarge(path));
          kept.push(path);
        } else entries.push({ path, version });
      }
      // Its own pages, so that GitHub Enterprise's addresses are right too.
      const origin = URL.canParse(page) ? new URL(page).origin : 'https://github.com';
      const base = `${origin}/${options.repo}/blob/${ref.split('/').map(encodeURIComponent).join('/')}/`;
      return { entries, problems, kept, base, finished: () => void (finishedAt = sha) };
    },
    async read(entries) {
      const texts = [];
      for (let at = 0; at < entries.length; at += AT_ONCE) {
        const batch = entries.slice(at, at + AT_ONCE).map(async ({ path, version }) => {
          const { data } = await patiently(() => octokit.rest.git.getBlob({ ...where, file_sha: version }));
          const text = Buffer.from(data.content, data.encoding === 'utf-8' ? 'utf8' : 'base64').toString(
            'utf8',
          );
          const problem = unreadable(path, text);
          return problem === null ? { path, text } : { path, problem };
        });
        texts.push(...(await Promise.all(batch)));
      }
      return texts;
    },
  };
}

type TreeEntry = { path: string; mode: string; type: string; sha: string; size?: number };

/** Runs `work` again when a rate limit that refused it has ended. Rejects with anything else it rejects with. */
export async function withPatience<T>(work: () => Promise<T>, patience: Patience): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof GitHubError) || error.kind !== 'rate_limited' || !error.resetAt) throw error;
      const ms = error.resetAt.getTime() - patience.now().getTime();
      if (ms > LONGEST_PAUSE_MS) throw error;
      patience.onPause(error.resetAt);
      await patience.wait(Math.max(ms, 0) + 1000);
    }
  }
}
