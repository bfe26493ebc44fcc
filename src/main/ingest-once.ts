import { randomUUID } from 'node:crypto';
import { ingest, type Ingested, type Progress } from '../adapters/knowledge/ingest.ts';
import type { KnowledgeSource } from '../adapters/knowledge/source.ts';
import { storedSources } from '../adapters/postgres/knowledge/stored-sources.ts';
import type { Database } from '../adapters/postgres/sql.ts';
import { leaseStore } from '../adapters/postgres/store/leases.ts';
import type { KnowledgeStore } from '../incident/document.ts';

/** A dead process holds others up for this long; a living one renews three times in between. */
export const LEASE_S = 60;

/** Reads a source, unless another process is at it: then null. Rejects with what the store throws. */
export async function ingestOnce(
  database: Database,
  store: KnowledgeStore,
  source: KnowledgeSource,
  onProgress?: Progress,
  signal?: AbortSignal,
): Promise<Ingested | null> {
  const leases = leaseStore(database);
  const name = `ingest:${source.name}`;
  const holder = randomUUID();
  if ((await leases.holdLease(name, holder, LEASE_S)) === null) return null;
  const renewing = setInterval(
    () => {
      // One that cannot renew goes on: putting a document twice changes nothing.
      leases.holdLease(name, holder, LEASE_S).catch(() => undefined);
    },
    (LEASE_S * 1000) / 3,
  );
  try {
    return await ingest(source, store, onProgress, signal);
  } finally {
    clearInterval(renewing);
    await leases.endLease(name, holder).catch(() => undefined);
  }
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
