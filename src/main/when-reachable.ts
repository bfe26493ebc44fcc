import { setTimeout as wait } from 'node:timers/promises';
import { isUnavailable } from '../adapters/postgres/database-error.ts';

const PATIENCE_MS = 30_000;
const BETWEEN_MS = 1_000;

/**
 * Opens a database that may not be up yet: in a cluster everything starts at once. Rejects with the last
 * error when it is still away after half a minute, and at once with any other error.
 */
export async function whenReachable<T>(
  open: () => Promise<T>,
  onProgress: (text: string) => void,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const until = performance.now() + patienceMs;
  for (let told = false; ;) {
    try {
      return await open();
    } catch (error) {
      if (!isUnavailable(error) || performance.now() > until) throw error;
      if (!told) onProgress(`${(error as Error).message} Trying again for ${patienceMs / 1000} s.`);
      told = true;
      await wait(BETWEEN_MS);
    }
  }
}
