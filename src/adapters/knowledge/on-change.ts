import { existsSync, watch, type FSWatcher } from 'node:fs';

/** Editors write a file in several steps; reading waits until the folder has been quiet for this long. */
const QUIET_MS = 200;
/** How often the folder is looked at where the system cannot tell of changes. */
const POLL_MS = 5000;

/** Calls back some time after each change below the folder, or regularly where none can be seen. */
export function onChange(folder: string, changed: () => void): () => void {
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
