import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a directory with its parents, readable by its owner alone. Not by mkdirSync's own “recursive”: where
 * the system answers that a directory whose parent exists does not exist, as /proc does, that tries for ever.
 */
export function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makeDirectory(dirname(directory));
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    // Another process that starts at the same moment may have made it.
    if (!existsSync(directory)) throw error;
  }
}
