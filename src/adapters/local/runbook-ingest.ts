import { createHash } from 'node:crypto';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { readRunbook, type Runbook } from '../../incident/runbook.ts';
import { firstLine } from '../../incident/text.ts';
import type { KnowledgeDocument, KnowledgeStore } from '../../incident/document.ts';

/** What one reading of the folder did. `problems` are whole sentences for people. */
export type Ingested = { files: number; changed: number; removed: number; problems: string[] };

const SOURCE = 'folder:runbooks';
const LARGEST_BYTES = 1_000_000;

/**
 * Brings the store to what the folder holds: changed files are read again, passages of deleted files go.
 * A file that cannot be read is a problem of its own; its earlier version stays in use, and so does
 * everything when the folder is missing. Throws only what the store throws.
 */
export async function ingestRunbooks(folder: string, store: KnowledgeStore): Promise<Ingested> {
  const found = await markdownFiles(folder);
  if (typeof found === 'string') return { files: 0, changed: 0, removed: 0, problems: [found] };

  const known = await store.known(SOURCE);
  const problems: string[] = [];
  let changed = 0;
  for (const path of found) {
    const content = await read(folder, path);
    if ('problem' in content) {
      problems.push(content.problem);
      continue;
    }
    const hash = createHash('sha256').update(content.text).digest('hex');
    if (known.get(path) === hash) continue;
    const runbook = parse(path, content.text);
    if (typeof runbook === 'string') {
      problems.push(runbook);
      continue;
    }
    await store.put([{ document: documentOf(runbook), hash }]);
    changed += 1;
  }

  const gone = [...known.keys()].filter((path) => !found.includes(path));
  await store.remove(SOURCE, gone);
  return { files: found.length, changed, removed: gone.length, problems };
}

function documentOf(runbook: Runbook): KnowledgeDocument {
  return { ...runbook, source: SOURCE, kind: 'runbook', link: `runbooks/${runbook.path}` };
}

/** Paths below the folder, with forward slashes, sorted; or why there are none to be had. */
async function markdownFiles(folder: string): Promise<string[] | string> {
  const found: string[] = [];
  try {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/');
      // A mounted ConfigMap keeps its real files in hidden folders and links to them by name.
      if (path.split('/').some((part) => part.startsWith('.')) || !path.endsWith('.md')) continue;
      if (entry.isFile() || entry.isSymbolicLink()) found.push(path);
    }
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return missing
      ? `There is no runbook folder ${folder}: create it or correct “runbooks” in sitrep.yaml; until then no runbook is read.`
      : `The runbook folder ${folder} cannot be read (${reasonOf(error)}): correct its permissions; until then no runbook is read.`;
  }
  return found.sort();
}

async function read(folder: string, path: string): Promise<{ text: string } | { problem: string }> {
  const file = join(folder, path);
  try {
    // What is read here is quoted in Slack, so a link must not lead to what else lies on this machine.
    const target = await realpath(file);
    if (!target.startsWith(`${await realpath(folder)}${sep}`)) {
      return { problem: `${path}: a link out of the runbook folder. Copy the file there; it is left out.` };
    }
    const found = await stat(target);
    if (!found.isFile()) return { problem: `${path}: not a file. Remove the link; it is left out.` };
    if (found.size > LARGEST_BYTES) {
      return { problem: `${path}: larger than ${LARGEST_BYTES / 1e6} MB. Split it; it is left out.` };
    }
    const text = await readFile(target, 'utf8');
    if (text.includes('\0'))
      return { problem: `${path}: not a text file. Save it as UTF-8; it is left out.` };
    return { text };
  } catch (error) {
    return {
      problem: `${path}: cannot be read (${reasonOf(error)}). Correct its permissions; it is left out.`,
    };
  }
}

function parse(path: string, text: string) {
  try {
    return readRunbook(path, text);
  } catch (error) {
    const reason = reasonOf(error);
    return reason.startsWith(path)
      ? reason
      : `${path}: front matter: ${reason}. Correct the YAML between the “---” lines.`;
  }
}

function reasonOf(error: unknown): string {
  return firstLine(error instanceof Error ? error.message : String(error), 300).replace(/[.:]$/, '');
}
