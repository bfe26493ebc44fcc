import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isCatalogue } from '../../incident/documents/backstage.ts';
import { isDocument } from '../../incident/documents/read-document.ts';
import { firstLine } from '../../incident/text.ts';
import { LARGEST_BYTES, tooLarge, unreadable, type Entry, type KnowledgeSource } from './source.ts';

const run = promisify(execFile);
const MOST_BYTES = 512 * 1024 * 1024;

/**
 * The documents of a git repository on this machine, bare or not, as its branch has them committed (HEAD
 * where none is named). Git knows each text by its hash, so that one listing tells what has changed.
 */
export function gitSource(options: {
  name: string;
  path: string;
  branch: string | undefined;
  /** Only what lies below it. */
  folder: string;
}): KnowledgeSource {
  const { name, path, branch, folder } = options;
  let finishedAt = '';
  const git = (args: string[]) => plumbing(path, args);
  return {
    name,
    async list() {
      const ref = branch === undefined ? 'HEAD' : `refs/heads/${branch}`;
      const head = (await git(['rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`])).trim();
      if (head === finishedAt) return 'unchanged';
      const below = folder === '' ? [] : [folder];
      const tree = await git(['ls-tree', '-r', '-z', '--full-tree', '--long', head, '--', ...below]);
      const entries: Entry[] = [];
      const problems: string[] = [];
      const kept: string[] = [];
      // Git keeps no empty folder. To take it for one would forget every document for a slip of the pen.
      if (folder !== '' && tree === '') throw new Error(noFolder(folder, branch ?? 'HEAD', path, 'git'));
      for (const line of tree.split('\0')) {
        const [meta = '', file = ''] = line.split('\t', 2);
        const [mode = '', type, sha = '', size] = meta.split(/ +/);
        // A link in a repository may name any path; only files are read.
        if (type !== 'blob' || mode === '120000' || !isWanted(file)) continue;
        if (Number(size) > LARGEST_BYTES) {
          problems.push(tooLarge(file));
          kept.push(file);
        } else entries.push({ path: file, version: sha });
      }
      return { entries, problems, kept, base: null, finished: () => void (finishedAt = head) };
    },
    async read(entries) {
      const texts = [];
      for (const { path: file, version } of entries) {
        const text = await git(['cat-file', 'blob', version]);
        const problem = unreadable(file, text);
        texts.push(problem === null ? { path: file, text } : { path: file, problem });
      }
      return texts;
    },
  };
}

/** That a repository does not have the configured folder, as the reason for which it is not read. */
export function noFolder(folder: string, ref: string, repository: string, kind: 'git' | 'github'): string {
  return `There is no folder ${folder} in ${ref} of ${repository}: correct “folder” below knowledge.${kind} in sitrep.yaml; what was read of it before stays in use.`;
}

/** Documents and catalogues that are not hidden. */
export function isWanted(path: string): boolean {
  const hidden = path.split('/').some((part) => part.startsWith('.'));
  return !hidden && (isDocument(path) || isCatalogue(path));
}

async function plumbing(directory: string, args: string[]): Promise<string> {
  // Somebody else's repository: its own settings must not make git run anything.
  const options = ['-c', 'core.fsmonitor=false', '-c', 'safe.directory=*', '-C', directory];
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };
  try {
    return (await run('git', [...options, ...args], { env, maxBuffer: MOST_BYTES })).stdout;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const said = (error as { stderr?: string }).stderr ?? String(error);
    throw new Error(
      missing
        ? 'Git is not installed: install it, or take git repositories out of knowledge.git in sitrep.yaml.'
        : `The git repository ${directory} cannot be read (${firstLine(said, 200)}): correct knowledge.git in sitrep.yaml; what was read of it before stays in use.`,
      { cause: error },
    );
  }
}
