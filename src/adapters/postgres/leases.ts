import type { Database } from './sql.ts';

/**
 * Ends the leases that a killed predecessor left behind. Only on the embedded database, where the lock on
 * its directory proves that nobody else is at work; on a server a lease has to run out by itself.
 */
export async function endLeftLeases(database: Database): Promise<void> {
  if (database.kind !== 'embedded') return;
  await database.query(`update message set not_before = now() where sending and not_before > now()`);
  await database.query(
    `update execution set lease_until = now() where ended_at is null and lease_until > now()`,
  );
  await database.query(`update lease set until = now()`);
}
