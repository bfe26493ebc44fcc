import type { Database } from '../../src/adapters/postgres/sql.ts';

/** Moves the marks that the database's clock has set, as if so many seconds had passed since. */
export async function letTimePass(db: Database, seconds: number): Promise<void> {
  await db.query(
    `update execution set lease_until = lease_until - make_interval(secs => $1) where ended_at is null`,
    [seconds],
  );
  await db.query(
    `update proposal set effect_at = effect_at - make_interval(secs => $1) where state = 'verifying'`,
    [seconds],
  );
}
