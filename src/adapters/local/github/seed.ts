import { git } from '../shop/git.ts';
import type { ApiHandler } from './exchange.ts';

const FIELD = '\x1f';
const RECORD = '\x1e';

type Entry = { path: string; mode: string; blob: string; removed: boolean };
type Commit = {
  sha: string;
  tree: string;
  parents: string[];
  person: Person;
  message: string;
  entries: Entry[];
};
type Person = { name: string; email: string; date: string };

/**
 * Copies `main` and the tags of a git repository into the emulator through its git data API. The
 * emulator computes real git hashes, so commits keep theirs; one that would not is an error.
 */
export async function seedFromGit(options: {
  dir: string;
  repository: string;
  send: ApiHandler;
}): Promise<{ commits: number }> {
  const post = (path: string, body: unknown) =>
    postTo(options.send, `/repos/${options.repository}/${path}`, body);
  const commits = await readHistory(options.dir);
  const blobs = await readBlobs(options.dir, commits);
  const trees = new Map<string, string>();
  for (const commit of commits) {
    const parentTree = trees.get(commit.parents[0] ?? '');
    const tree = await post('git/trees', {
      ...(parentTree ? { base_tree: parentTree } : {}),
      tree: commit.entries.map(({ path, mode, blob, removed }) =>
        removed
          ? { path, mode: '100644', type: 'blob', sha: null }
          : { path, mode, type: 'blob', content: blobs.get(blob) ?? '' },
      ),
    });
    const { sha } = await post('git/commits', {
      message: commit.message,
      tree: tree.sha,
      parents: commit.parents,
      author: commit.person,
      committer: commit.person,
    });
    if (sha !== commit.sha) {
      throw new Error(
        `The GitHub emulator made ${sha} of commit ${commit.sha}; only text files and UTC dates keep theirs.`,
      );
    }
    trees.set(sha, tree.sha);
  }
  const head = commits.at(-1);
  if (!head) throw new Error(`The git repository in ${options.dir} has no commits on main.`);
  await post('git/refs', { ref: 'refs/heads/main', sha: head.sha });
  for (const [ref, sha] of await readTags(options.dir)) await post('git/refs', { ref, sha });
  return { commits: commits.length };
}

async function postTo(send: ApiHandler, path: string, body: unknown): Promise<{ sha: string }> {
  const url = new URL(path, 'http://emulator');
  const { status, body: made } = await send({ method: 'POST', url, body, at: new Date() });
  if (status !== 201)
    throw new Error(`The GitHub emulator refused POST ${path} with ${status}: ${JSON.stringify(made)}`);
  return made as { sha: string };
}

async function readHistory(dir: string): Promise<Commit[]> {
  const format = `${RECORD}${['%H', '%T', '%P', '%an', '%ae', '%aI', '%B', ''].join(FIELD)}`;
  const args = ['log', '--reverse', '--first-parent', '--root', '--raw', '--no-abbrev', '--no-renames'];
  const output = await git(dir, [...args, `--format=${format}`, 'main']);
  return output
    .split(RECORD)
    .slice(1)
    .map((record) => {
      const [sha = '', tree = '', parents = '', name = '', email = '', date = '', message = '', raw = ''] =
        record.split(FIELD);
      return {
        sha,
        tree,
        parents: parents.split(' ').filter((parent) => parent !== ''),
        person: { name, email, date },
        message: message.trimEnd(),
        entries: raw
          .split('\n')
          .filter((line) => line.startsWith(':'))
          .map(readEntry),
      };
    });
}

/** A line such as `:100644 100644 <old> <new> M<TAB>path`. */
function readEntry(line: string): Entry {
  const [meta = '', path = ''] = line.slice(1).split('\t');
  const [, mode = '', , blob = '', status = ''] = meta.split(' ');
  return { path, mode, blob, removed: status === 'D' };
}

async function readBlobs(dir: string, commits: Commit[]): Promise<Map<string, string>> {
  const wanted = new Set(
    commits.flatMap(({ entries }) => entries.filter((e) => !e.removed).map((e) => e.blob)),
  );
  const output = Buffer.from(
    await git(dir, ['cat-file', '--batch'], { input: [...wanted].join('\n') + '\n' }),
  );
  const blobs = new Map<string, string>();
  let offset = 0;
  while (offset < output.length) {
    const headerEnd = output.indexOf('\n', offset);
    const [sha = '', , size = '0'] = output.toString('utf8', offset, headerEnd).split(' ');
    const start = headerEnd + 1;
    const end = start + Number(size);
    blobs.set(sha, output.toString('utf8', start, end));
    offset = end + 1;
  }
  return blobs;
}

async function readTags(dir: string): Promise<Array<[string, string]>> {
  const output = await git(dir, ['for-each-ref', '--format=%(refname) %(objectname)', 'refs/tags']);
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' ') as [string, string]);
}
