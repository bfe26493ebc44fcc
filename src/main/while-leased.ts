import { randomUUID } from 'node:crypto';
import type { Database } from '../adapters/postgres/sql.ts';
import { leaseStore } from '../adapters/postgres/store/leases.ts';

/** A dead process holds others up for this long; a living one renews three times in between. */
export const LEASE_S = 60;

/**
 * Does work that one process at a time should do, unless another is at it: then null. `lost` is aborted once
 * another process has taken the work over, which happens where this one was held up for longer than the lease.
 * Rejects as the work does.
 */
export async function whileLeased<T>(
  database: Database,
  name: string,
  work: (lost: AbortSignal) => Promise<T>,
): Promise<T | null> {
  const leases = leaseStore(database);
  const holder = randomUUID();
  if ((await leases.holdLease(name, holder, LEASE_S)) === null) return null;
  const losing = new AbortController();
  const renew = async () => {
    if ((await leases.holdLease(name, holder, LEASE_S)) === null) losing.abort();
  };
  const renewing = setInterval(
    () => {
      // While the database is away nobody else can take it over.
      renew().catch(() => undefined);
    },
    (LEASE_S * 1000) / 3,
  );
  try {
    return await work(losing.signal);
  } finally {
    clearInterval(renewing);
    await leases.endLease(name, holder).catch(() => undefined);
  }
}
