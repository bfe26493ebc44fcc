import { setTimeout as wait } from 'node:timers/promises';
import type { Ingested } from '../adapters/knowledge/ingest.ts';
import { knowledgeStore } from '../adapters/postgres/knowledge/store.ts';
import { indexDocument } from '../enrich/retrieval/index-document.ts';
import { counted } from '../incident/text.ts';
import { ROOT } from '../main.ts';
import { forgetOthers, ingestOnce } from '../main/ingest-once.ts';
import { knowledgeSources } from '../main/knowledge-sources.ts';
import { progressLine } from './progress-line.ts';
import { withStore } from './with-store.ts';
import { utc } from '../incident/utc.ts';

/** Reads all knowledge once, or one source of it; only what changed is stored again. */
export async function ingestCommand({ source: only }: { source?: string }): Promise<void> {
  await withStore(async ({ config, database, vault }) => {
    const store = knowledgeStore(database, indexDocument);
    const progress = progressLine(process.stderr);
    const sources = knowledgeSources(config, ROOT, database, vault, {
      now: () => new Date(),
      wait,
      onPause: (until) => progress.say(`GitHub's rate limit is used up; going on at ${utc(until)}.`),
    });
    const names = sources.map(({ source }) => source.name);
    if (only !== undefined && !names.includes(only)) {
      throw new Error(`There is no source ${only}. Those of this configuration: ${names.join(', ')}.`);
    }
    for (const { source } of sources) {
      if (only !== undefined && source.name !== only) continue;
      const result = await ingestOnce(database, store, source, progress.show);
      progress.clear();
      if (!result) console.log(`${source.name}: another process is reading it; left to that one.`);
      else report(result);
    }
    if (only !== undefined) return;
    for (const name of await forgetOthers(database, store, names)) {
      console.log(`${name}: no longer in the configuration, its documents are removed.`);
    }
  });
}

function report({ source, read, changed, removed, unchanged, problems, failed }: Ingested): void {
  const numbers = `${counted(read, 'file')} read, ${changed} changed, ${removed} removed, ${unchanged} unchanged`;
  console.log(`${source}: ${failed ? 'could not be read whole; ' : ''}${numbers}.`);
  for (const problem of problems) console.error(`  ${problem}`);
  if (failed || problems.length > 0) process.exitCode = 1;
}
