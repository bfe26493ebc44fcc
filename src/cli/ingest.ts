import { join } from 'node:path';
import { watchRunbooks } from '../adapters/local/runbook-folder.ts';
import { knowledgeStore } from '../adapters/postgres/knowledge/store.ts';
import { indexDocument } from '../enrich/retrieval/index-document.ts';
import { ROOT } from '../main.ts';
import { createLogger } from './logger.ts';
import { withStore } from './with-store.ts';

/** Reads the runbooks once; only what changed is stored again. */
export async function ingestCommand(): Promise<void> {
  await withStore(async ({ config, database }) => {
    const folder = config.runbooks ?? join(ROOT, 'runbooks');
    const watching = await watchRunbooks({
      folder,
      store: knowledgeStore(database, indexDocument),
      log: createLogger('warn'),
    });
    await watching.stop();
    const { files, changed, removed, problems } = watching.result;
    console.log(`${folder}: ${files} runbooks, ${changed} changed, ${removed} removed.`);
    for (const problem of problems) console.error(problem);
    if (problems.length > 0) process.exitCode = 1;
  });
}
