import type { Database } from '../sql.ts';

/** Removes the words that no document has any more, so that none of an erased one is left. */
export async function forgetUnusedTerms(database: Database): Promise<void> {
  await database.tx(async (sql) => {
    // Whoever writes documents locks the same row before it looks terms up.
    await sql.query('update knowledge_total set generation = generation + 1');
    await sql.query('delete from term where documents = 0');
  });
}
