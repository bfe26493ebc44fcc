import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { KnowledgeDocument } from '../incident/document.ts';
import { isDocument, readDocument } from '../incident/documents/read-document.ts';
import { messageOf } from '../incident/text.ts';

/** More than this is no text that people wrote for people. */
const LARGEST_BYTES = 1_000_000;

/**
 * The documents below a folder, by path, in the order of their paths; hidden files and what is no text are
 * passed over. A file that cannot be used is named to `onLeftOut`, as is a link that leads out of the folder; what
 * is wrong with one that can be used is told to `onProblem`. Throws where the folder itself cannot be read.
 */
export async function readCorpus(
  folder: string,
  onLeftOut: (path: string, why: string) => void,
  onProblem: (problem: string) => void,
): Promise<KnowledgeDocument[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => isDocument(path) && !path.split('/').some((part) => part.startsWith('.')))
    .toSorted((a, b) => (a < b ? -1 : 1));
  const home = `${await realpath(folder)}${sep}`;
  const documents: KnowledgeDocument[] = [];
  for (const path of paths) {
    const text = await textOf(home, join(folder, path));
    if ('why' in text) onLeftOut(path, text.why);
    else {
      const read = readDocument({ source: 'folder:corpus', path, text: text.text, base: null });
      documents.push(read.document);
      read.problems.forEach(onProblem);
    }
  }
  return documents;
}

async function textOf(home: string, file: string): Promise<{ text: string } | { why: string }> {
  try {
    if (!(await realpath(file)).startsWith(home)) return { why: 'the link leads out of the folder' };
    if ((await stat(file)).size > LARGEST_BYTES) return { why: 'it is larger than 1 MB; split it' };
    const text = await readFile(file, 'utf8');
    return text.includes('\0') ? { why: 'it holds NUL characters, so it is no text' } : { text };
  } catch (error) {
    return { why: messageOf(error) };
  }
}
