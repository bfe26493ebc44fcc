import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '../adapters/local/make-directory.ts';

// The part of the kill switch that needs no database: an environment variable, and a file that
// `sitrep stop` writes. Both are looked at before every claim.

const file = (home: string) => join(home, 'STOPPED');

/** Why all actions are stopped from outside the database; null while they are not. */
export function stopOutside(environment: boolean, home: string): () => string | null {
  return () => {
    if (environment) return 'SITREP_STOP=1 is set in the environment';
    return existsSync(file(home)) ? `the file ${file(home)} is there; “sitrep resume” removes it` : null;
  };
}

export function writeStopFile(home: string, why: string): string {
  makeDirectory(home);
  writeFileSync(file(home), `${why}\n`);
  return file(home);
}

export function removeStopFile(home: string): void {
  rmSync(file(home), { force: true });
}
