import { createHash } from 'node:crypto';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { isCatalogue } from '../../incident/documents/backstage.ts';
import { isDocument } from '../../incident/documents/read-document.ts';
import { firstLine, messageOf } from '../../incident/text.ts';
import { LARGEST_BYTES, tooLarge, unreadable, type KnowledgeSource, type ReadEntry } from './source.ts';

/** The documents below a folder of this machine, hidden files and folders left out. */
export function folderSource(name: string, folder: string): KnowledgeSource {
  return {
    name,
    async list() {
      const paths = await documentsBelow(folder);
      const entries = [];
      const problems: string[] = [];
      const kept: string[] = [];
      for (const path of paths) {
        const content = await read(folder, path);
        if ('problem' in content) {
          problems.push(content.problem);
          kept.push(path);
        } else entries.push({ path, version: createHash('sha256').update(content.text).digest('hex') });
      }
      const base = name === 'folder:runbooks' ? 'runbooks/' : null;
      return { entries, problems, kept, base, finished: () => undefined };
    },
    read: (entries) => Promise.all(entries.map(({ path }) => read(folder, path))),
  };
}

/** Paths below the folder, with forward slashes, sorted. */
async function documentsBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  try {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/');
      // A mounted ConfigMap keeps its real files in hidden folders and links to them by name.
      if (path.split('/').some((part) => part.startsWith('.'))) continue;
      if (!isDocument(path) && !isCatalogue(path)) continue;
      if (entry.isFile() || entry.isSymbolicLink()) found.push(path);
    }
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const message = missing
      ? `There is no folder ${folder}: create it or correct “runbooks” or “knowledge.folders” in sitrep.yaml; what was read of it before stays in use.`
      : `The folder ${folder} cannot be read (${reasonOf(error)}): correct its permissions; what was read of it before stays in use.`;
    throw new Error(message, { cause: error });
  }
  return found.sort();
}

async function read(folder: string, path: string): Promise<ReadEntry> {
  const problem = (said: string) => ({ path, problem: said });
  try {
    // What is read here is quoted in Slack, so a link must not lead to what else lies on this machine.
    const target = await realpath(join(folder, path));
    if (!target.startsWith(`${await realpath(folder)}${sep}`)) {
      return problem(`${path}: a link out of the folder. Copy the file there; it is left out.`);
    }
    const found = await stat(target);
    if (!found.isFile()) return problem(`${path}: not a file. Remove the link; it is left out.`);
    if (found.size > LARGEST_BYTES) return problem(tooLarge(path));
    const text = await readFile(target, 'utf8');
    const reason = unreadable(path, text);
    return reason === null ? { path, text } : problem(reason);
  } catch (error) {
    return problem(`${path}: cannot be read (${reasonOf(error)}). Correct its permissions; it is left out.`);
  }
}

function reasonOf(error: unknown): string {
  return firstLine(messageOf(error), 300).replace(/[.:]$/, '');
}
