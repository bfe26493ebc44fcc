import { ingest, type Ingested, type Progress } from '../adapters/knowledge/ingest.ts';
import type { KnowledgeSource } from '../adapters/knowledge/source.ts';
import { noteReading, storedSources } from '../adapters/postgres/knowledge/stored-sources.ts';
import type { Database } from '../adapters/postgres/sql.ts';
import type { KnowledgeStore } from '../incident/document.ts';
import { whileLeased } from './while-leased.ts';

/** Reads a source, unless another process is at it: then null. Rejects with what the store throws. */
export async function ingestOnce(
  database: Database,
  store: KnowledgeStore,
  source: KnowledgeSource,
  onProgress?: Progress,
  signal?: AbortSignal,
): Promise<Ingested | null> {
  return whileLeased(database, `ingest:${source.name}`, async (lost) => {
    const ending = signal ? AbortSignal.any([signal, lost]) : lost;
    const result = await ingest(source, store, onProgress, ending);
    if (!result.failed && !ending.aborted) await noteReading(database, source.name);
    return result;
  });
}

/** Removes the documents of sources that are configured no longer; resolves to their names. */
export async function forgetOthers(
  database: Database,
  store: KnowledgeStore,
  configured: readonly string[],
): Promise<string[]> {
  const others = (await storedSources(database)).filter((name) => !configured.includes(name));
  for (const name of others) await store.remove(name, [...(await store.known(name)).keys()]);
  return others;
}
