import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { FiringRecord } from './alert-states.ts';

/**
 * The alerts that fire, and those whose end a receiver has yet to hear of, in a file: after a restart they keep
 * their start, and their end is still told.
 */

const fileSchema = z.array(
  z.object({
    labels: z.record(z.string(), z.string()),
    value: z.number(),
    activeAt: z.number(),
    firedAt: z.number(),
  }),
);

/** Reads the file; nothing when it does not exist or cannot be read, for then the alerts simply fire anew. */
export function readFiring(file: string): FiringRecord[] {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return [];
  }
}

/** Replaces the file in one step. */
export function writeFiring(file: string, records: FiringRecord[]): void {
  writeFileSync(`${file}.tmp`, JSON.stringify(records), { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}
