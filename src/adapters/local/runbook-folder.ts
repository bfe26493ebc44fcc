import { existsSync, watch, type FSWatcher } from 'node:fs';
import type { Logger } from 'pino';
import type { KnowledgeStore } from '../../incident/document.ts';
import { ingestRunbooks, type Ingested } from './runbook-ingest.ts';

/** Editors write a file in several steps; reading waits until the folder has been quiet for this long. */
const QUIET_MS = 200;
/** How often the folder is looked at where the system cannot tell of changes. */
const POLL_MS = 5000;

/**
 * Reads every runbook below the folder now, and what changes from then on until `stop`, which waits for a
 * reading under way. Where changes cannot be watched (a missing folder, some network file systems) the
 * folder is looked at every 5 seconds. Rejects only when the store fails in the first reading; later
 * failures are logged and tried again with the next change.
 */
export async function watchRunbooks(options: {
  folder: string;
  store: KnowledgeStore;
  log: Pick<Logger, 'info' | 'warn'>;
}): Promise<{ result: Ingested; stop: () => Promise<void> }> {
  const { folder, store, log } = options;
  // One reading at a time, in the order of the changes; two at once would undo each other.
  let reading: Promise<unknown> = Promise.resolve();
  let said = '';

  function read(): Promise<Ingested> {
    const next = reading.then(async () => {
      const result = await ingestRunbooks(folder, store);
      // Polling would repeat the same problem every few seconds.
      const problems = result.problems.join('\n');
      if (problems !== said)
        for (const problem of result.problems) log.warn({ problem }, 'A runbook needs attention');
      said = problems;
      if (result.changed + result.removed > 0) log.info({ ...result }, 'Runbooks read');
      return result;
    });
    reading = next.catch(() => {});
    return next;
  }

  // Watching begins before the first reading, so that no change can fall between the two.
  const stopWatching = onChange(folder, () => {
    read().catch((error: unknown) => log.warn({ err: error }, 'The runbooks could not be read again'));
  });
  try {
    const result = await read();
    return {
      result,
      stop: async () => {
        stopWatching();
        await reading;
      },
    };
  } catch (error) {
    stopWatching();
    throw error;
  }
}

/** Calls back some time after each change below the folder, or regularly where none can be seen. */
function onChange(folder: string, changed: () => void): () => void {
  let watcher: FSWatcher | null = null;
  let quiet: NodeJS.Timeout | undefined;
  let polling: NodeJS.Timeout | undefined;

  function poll(): void {
    watcher?.close();
    watcher = null;
    polling ??= setInterval(changed, POLL_MS).unref();
  }

  try {
    watcher = watch(folder, { recursive: true }, () => {
      clearTimeout(quiet);
      quiet = setTimeout(() => {
        // One that is made anew under the same name is another folder, of which the watcher hears nothing.
        if (!existsSync(folder)) poll();
        changed();
      }, QUIET_MS);
    });
    watcher.on('error', poll);
  } catch {
    poll();
  }
  return () => {
    clearTimeout(quiet);
    clearInterval(polling);
    watcher?.close();
  };
}
