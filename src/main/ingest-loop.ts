import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createBell, type Bell } from '../adapters/bell.ts';
import type { Ingested } from '../adapters/knowledge/ingest.ts';
import { onChange } from '../adapters/knowledge/on-change.ts';
import type { Database } from '../adapters/postgres/sql.ts';
import type { KnowledgeStore } from '../incident/document.ts';
import { forgetOthers, ingestOnce } from './ingest-once.ts';
import { LEASE_S } from './while-leased.ts';
import type { ConfiguredSource } from './knowledge-sources.ts';

/** Thousands of new files take minutes, and alerts must not wait for them. */
const PATIENCE_MS = 10_000;

/** Wakes whoever ingests, in this process or another; a hint that may get lost. */
export function ringIngest(database: Database): void {
  database.query(`select pg_notify($1, '')`, [`${database.schema}_knowledge`]).catch(() => undefined);
}

/**
 * Keeps the knowledge as its sources are, until `stop`. Folders are read before it resolves, so that the first
 * incident finds its runbook, unless that takes longer than `patienceMs` (10 s); `problems` are theirs. Rejects
 * only when the store fails within that time; later failures are logged and tried again.
 */
export async function startIngest(options: {
  database: Database;
  store: KnowledgeStore;
  sources: readonly ConfiguredSource[];
  log: Pick<Logger, 'info' | 'warn'>;
  patienceMs?: number;
}): Promise<{ problems: string[]; stop: () => Promise<void> }> {
  const { database, store, sources, log, patienceMs = PATIENCE_MS } = options;
  const ends: (() => Promise<unknown> | void)[] = [];
  const bells: Bell[] = [];
  const problems: string[] = [];
  const ending = new AbortController();
  const stop = async () => {
    ending.abort();
    for (const bell of bells) bell.ringForGood();
    await Promise.all(ends.map(async (end) => end()));
  };

  function reader({ source }: ConfiguredSource): () => Promise<Ingested | null> {
    let said = '';
    return async () => {
      const result = await ingestOnce(database, store, source, undefined, ending.signal);
      if (!result) return null;
      // A source that is looked at again and again would repeat the same problem every time.
      const news = result.problems.join('\n');
      if (news !== said)
        for (const problem of result.problems)
          log.warn({ problem, source: source.name }, 'A document needs attention');
      said = news;
      const { changed, removed } = result;
      if (changed + removed > 0) log.info({ source: source.name, changed, removed }, 'Knowledge read');
      return result;
    };
  }

  async function keep(one: ConfiguredSource, bell: Bell, read: () => Promise<Ingested | null>) {
    while (!ending.signal.aborted) {
      let ms = one.pollMs;
      try {
        // Another process reads it, or has died while it did.
        if ((await read()) === null) ms = Math.min(ms, LEASE_S * 1000);
      } catch (error) {
        log.warn({ err: error, source: one.source.name }, 'A source could not be read; trying again');
      }
      await bell.wait({ ms, untilRung: true });
    }
  }

  try {
    await forgetOthers(
      database,
      store,
      sources.map(({ source }) => source.name),
    );
    const pushed: Bell[] = [];
    for (const one of sources) {
      const bell = createBell();
      bells.push(bell);
      if (one.pushed) pushed.push(bell);
      const read = reader(one);
      // Watching begins before the first reading, so that no change can fall between the two.
      if (one.folder !== null) ends.push(onChange(one.folder, bell.ring));
      if (one.folder === null) {
        const running = keep(one, bell, read);
        ends.push(() => running);
        continue;
      }
      let first: Promise<Ingested | null> | null = read();
      const found = await Promise.race([first, wait(patienceMs, null, { ref: false })]);
      problems.push(...(found?.problems ?? []));
      const running = keep(one, bell, () => {
        const reading = first ?? read();
        first = null;
        return reading;
      });
      ends.push(() => running);
    }
    const ring = () => pushed.forEach((bell) => bell.ring());
    if (pushed.length > 0) ends.push(await database.listen(`${database.schema}_knowledge`, ring, ring));
    return { problems, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
