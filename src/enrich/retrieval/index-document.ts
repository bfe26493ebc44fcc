import type { KnowledgeDocument } from '../../incident/document.ts';
import type { IndexedDocument, Reference, TermCounts } from './search-index.ts';
import { keyOf, termsOf } from './terms.ts';

/** Files that are named for their role, not for what they are about. */
const GENERIC = /^(readme|index|_index|overview|runbook|playbook|doc|docs|main)$/i;

/** What an index keeps of a document. The same document always gives the same. */
export function indexDocument(document: KnowledgeDocument): IndexedDocument {
  const { path, title, alerts, services } = document;
  const { folder, file } = namesOf(path);
  return {
    counts: {
      folder: counted(termsOf(folder.replaceAll('/', ' '))),
      file: counted(termsOf(file)),
      title: counted(title === path ? [] : termsOf(title)),
      about: counted([...alerts, ...services].flatMap(termsOf)),
    },
    passages: document.passages.map(({ position, heading, body }) => ({
      position,
      counts: {
        // Passages before the first heading bear the title, which has a field of its own.
        heading: counted(heading === title || heading === path ? [] : termsOf(heading)),
        body: counted(termsOf(body)),
      },
    })),
    references: referencesOf(document),
  };
}

/** Folder and file of a path without its ending; a README bears its folder's name. */
export function namesOf(path: string): { folder: string; file: string } {
  const parts = path.replace(/\.(md|markdown|mdx|adoc|asciidoc|txt|rst|ya?ml)$/i, '').split('/');
  const file = parts.pop() ?? '';
  if (GENERIC.test(file) && parts.length > 0) {
    const own = parts.pop() ?? '';
    return { folder: parts.join('/'), file: own };
  }
  return { folder: parts.join('/'), file };
}

/** A key must be a name that somebody gave, not a word that any text may use. */
const LEAST_KEY = 6;
const MOST_CODE_KEYS = 400;

function referencesOf({ path, title, alerts, passages }: KnowledgeDocument): Reference[] {
  const found = new Map<string, Reference>();
  const add = (kind: Reference['kind'], name: string, position: number | null) => {
    const key = keyOf(name);
    if (key.length < (kind === 'code' ? LEAST_KEY : 3)) return;
    const id = `${kind}\n${key}`;
    if (!found.has(id)) found.set(id, { kind, key, position });
  };
  const { file } = namesOf(path);
  add('path', path.replace(/\.[a-z]+$/i, ''), null);
  for (const alert of alerts) add('alert', alert, null);
  add('file', file, null);
  add('file', title, null);
  for (const { heading, position } of passages) {
    add('heading', heading, position);
    // `## Alert: DiskFull` and `## DiskFull (critical)` are headings of the alert too.
    for (const name of identifiers(heading)) add('heading', name, position);
  }
  let code = 0;
  for (const { body, position } of passages) {
    for (const name of identifiers(body)) {
      if (code >= MOST_CODE_KEYS) return [...found.values()];
      const before = found.size;
      add('code', name, position);
      code += found.size - before;
    }
  }
  return [...found.values()];
}

/** Names in the manner of alert rules: several words written as one. */
function identifiers(text: string): string[] {
  return (
    text.match(/\b(?:\p{Lu}*\p{Ll}+\p{N}*\p{Lu}[\p{L}\p{N}]*|[\p{L}\p{N}]+(?:[_-][\p{L}\p{N}]+)+)/gu) ?? []
  );
}

function counted(terms: readonly string[]): TermCounts {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}
