import { randomUUID } from 'node:crypto';
import type { Database } from '../adapters/postgres/sql.ts';
import { leaseStore } from '../adapters/postgres/store/leases.ts';

/** A dead process holds others up for this long; a living one renews three times in between. */
export const LEASE_S = 60;

/** Does work that one process at a time should do, unless another is at it: then null. Rejects as the work does. */
export async function whileLeased<T>(
  database: Database,
  name: string,
  work: () => Promise<T>,
): Promise<T | null> {
  const leases = leaseStore(database);
  const holder = randomUUID();
  if ((await leases.holdLease(name, holder, LEASE_S)) === null) return null;
  const renewing = setInterval(
    () => {
      // One that cannot renew goes on: the work done twice changes nothing.
      leases.holdLease(name, holder, LEASE_S).catch(() => undefined);
    },
    (LEASE_S * 1000) / 3,
  );
  try {
    return await work();
  } finally {
    clearInterval(renewing);
    await leases.endLease(name, holder).catch(() => undefined);
  }
}
