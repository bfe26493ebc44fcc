import { setTimeout as wait } from 'node:timers/promises';
import type { Sql } from '../adapters/postgres/sql.ts';

// A frozen database answers nothing at all; whoever asks must not wait for it.
const PATIENCE_MS = 2000;

/** What keeps Sitrep from doing its work, in plain words; empty when nothing does. */
export async function readiness(database: Sql): Promise<string[]> {
  const inTime = await Promise.race([answers(database), wait(PATIENCE_MS, false, { ref: false })]);
  return inTime ? [] : ['the database does not answer'];
}

async function answers(database: Sql): Promise<boolean> {
  try {
    await database.query('select 1');
    return true;
  } catch {
    return false;
  }
}
