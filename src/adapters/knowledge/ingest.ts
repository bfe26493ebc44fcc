import { digestOf } from '../../incident/canonical.ts';
import type { KnowledgeDocument, KnowledgeStore } from '../../incident/document.ts';
import { isCatalogue, readBackstage } from '../../incident/documents/backstage.ts';
import { readDocument } from '../../incident/documents/read-document.ts';
import { firstLine, messageOf } from '../../incident/text.ts';
import type { Entry, KnowledgeSource } from './source.ts';

/** What one reading of a source did; numbers count texts. `problems` are whole sentences for people. */
export type Ingested = {
  source: string;
  read: number;
  changed: number;
  removed: number;
  unchanged: number;
  problems: string[];
  /** Whether the source could not be read at all: what it had stays in use. */
  failed: boolean;
};

export type Progress = (source: string, done: number, total: number) => void;

/** Texts held at once. */
const BATCH = 100;
/** Another number reads everything again, because the readers have learned something. */
const READERS = 1;

/**
 * Brings the store to what the source holds: only changed texts are read and put, those that are gone are
 * removed. What is stored tells what is left to do, so that one that was cut off goes on where it was. A
 * source that cannot be reached keeps what it had. Rejects only with what the store throws.
 */
export async function ingest(
  source: KnowledgeSource,
  store: KnowledgeStore,
  onProgress: Progress = () => undefined,
  signal?: AbortSignal,
): Promise<Ingested> {
  const result: Ingested = {
    ...{ source: source.name, read: 0, changed: 0, removed: 0, unchanged: 0 },
    ...{ problems: [], failed: false },
  };
  const listing = await attempt(() => source.list());
  if ('failure' in listing) return { ...result, failed: true, problems: [listing.failure] };
  if (listing.value === 'unchanged') return result;
  const { entries, base, problems, kept, finished } = listing.value;
  result.problems.push(...problems);
  const known = await store.known(source.name);
  const hashOf = ({ version }: Entry) => digestOf({ readers: READERS, base, version });
  const hashes = new Map(entries.map((entry) => [entry.path, hashOf(entry)]));
  const stored = byFile(known);
  const changed = entries.filter(({ path }) => stored.get(path)?.hash !== hashes.get(path));
  result.unchanged = entries.length - changed.length;
  let left = 0;
  // Texts with a mistake in them are stored under another hash, so that it is told until it is corrected.
  let faulty = 0;
  let faultyBefore = 0;
  for (let at = 0; at < changed.length; at += BATCH) {
    const batch = changed.slice(at, at + BATCH);
    // What is stored says what is left to do, so stopping between two batches loses nothing.
    if (signal?.aborted) return result;
    const texts = await attempt(() => source.read(batch));
    if ('failure' in texts) return { ...result, failed: true, problems: [...result.problems, texts.failure] };
    const documents: { document: KnowledgeDocument; hash: string }[] = [];
    const superseded: string[] = [];
    for (const text of texts.value) {
      if ('problem' in text) {
        result.problems.push(text.problem);
        left += 1;
        continue;
      }
      const made = documentsOf({ ...text, source: source.name, base });
      result.problems.push(...made.problems);
      const right = hashes.get(text.path) ?? '';
      const hash = made.problems.length > 0 ? `faulty ${right}` : right;
      if (made.problems.length > 0) faulty += 1;
      if (stored.get(text.path)?.hash === hash) {
        faultyBefore += 1;
        continue;
      }
      documents.push(...made.documents.map((document) => ({ document, hash })));
      const now = new Set(made.documents.map(({ path }) => path));
      superseded.push(...(stored.get(text.path)?.paths ?? []).filter((path) => !now.has(path)));
    }
    await store.put(documents);
    if (superseded.length > 0) await store.remove(source.name, superseded);
    result.read += texts.value.length;
    onProgress(source.name, Math.min(at + BATCH, changed.length), changed.length);
  }
  result.changed = changed.length - left - faultyBefore;
  result.unchanged += faultyBefore;
  const there = new Set([...hashes.keys(), ...kept]);
  const gone = [...stored].filter(([file]) => !there.has(file));
  await store.remove(
    source.name,
    gone.flatMap(([, { paths }]) => paths),
  );
  result.removed = gone.length;
  if (left + faulty === 0) finished();
  return result;
}

/** Several documents may come from one file: `catalog-info.yaml#component:shop`. */
function byFile(known: ReadonlyMap<string, string>): Map<string, { hash: string; paths: string[] }> {
  const files = new Map<string, { hash: string; paths: string[] }>();
  for (const [path, hash] of known) {
    const file = fileOf(path);
    const before = files.get(file);
    if (!before) files.set(file, { hash, paths: [path] });
    else {
      // Where a file was stored by halves its documents disagree, and it has to be read again.
      if (before.hash !== hash) before.hash = '';
      before.paths.push(path);
    }
  }
  return files;
}

function fileOf(path: string): string {
  const file = path.replace(/#[^#]*$/, '');
  return isCatalogue(file) ? file : path;
}

function documentsOf(file: { source: string; path: string; text: string; base: string | null }) {
  if (isCatalogue(file.path)) return readBackstage(file);
  const { document, problems } = readDocument({ ...file, kind: kindOf(file.source) });
  return { documents: [document], problems };
}

function kindOf(source: string): KnowledgeDocument['kind'] {
  switch (source) {
    case 'sitrep:incidents':
      return 'incident';
    case 'sitrep:postmortems':
      return 'postmortem';
    case 'sitrep:services':
      return 'service';
    default:
      return 'runbook';
  }
}

async function attempt<T>(work: () => Promise<T>): Promise<{ value: T } | { failure: string }> {
  try {
    return { value: await work() };
  } catch (error) {
    return { failure: firstLine(messageOf(error), 500) };
  }
}
