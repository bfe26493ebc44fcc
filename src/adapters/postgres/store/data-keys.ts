import type { Vault } from '../../../incident/seal.ts';
import type { Sql } from '../sql.ts';

/** A key that contents are sealed with, and the number that rows know it by. */
export type DataKey = { id: number; key: Buffer };

/** A key as it is stored; `wrapped` in base64. */
export type WrappedKey = { id: number; incidentId: number | null; wrapped: string };

/**
 * The keys of incidents, and the one (null) of what belongs to none. Nothing is kept between calls: a key that
 * was destroyed must not live on in a process.
 */
export function dataKeys(sql: Sql, vault: Vault) {
  async function find(incidents: readonly (number | null)[]): Promise<WrappedKey[]> {
    const { rows } = await sql.query<WrappedKey>(
      `select id, incident_id as "incidentId", encode(wrapped, 'base64') as wrapped from audit_key
        where coalesce(incident_id, 0) = any($1::bigint[]) and wrapped is not null`,
      [incidents.map((id) => id ?? 0)],
    );
    return rows;
  }

  const unwrapped = (rows: readonly WrappedKey[]): Map<number | null, DataKey> =>
    new Map(
      rows.map(({ id, incidentId, wrapped }) => [
        incidentId,
        { id, key: vault.unwrap(Buffer.from(wrapped, 'base64'), incidentId) },
      ]),
    );

  return {
    /** The key of each incident that is named, made where there is none yet. `known`: what was just read of them. */
    async use(
      incidents: readonly (number | null)[],
      known?: readonly WrappedKey[],
    ): Promise<(incidentId: number | null) => DataKey> {
      const wanted = [...new Set(incidents)];
      let found = unwrapped(known ?? (await find(wanted)));
      const missing = wanted.filter((id) => !found.has(id));
      for (const incidentId of missing) {
        // Somebody else may have made one at this moment; theirs counts then.
        await sql.query(
          `insert into audit_key (incident_id, wrapped) values ($1, $2) on conflict do nothing`,
          [incidentId, vault.newKey(incidentId).wrapped],
        );
      }
      if (missing.length > 0) found = unwrapped(await find(wanted));
      return (incidentId) => {
        const key = found.get(incidentId);
        if (!key) throw new Error('use: the key was destroyed at this moment');
        return key;
      };
    },

    /** Makes what was sealed for the incident unreadable for good; resolves to how many keys that took. */
    async destroy(incidentId: number): Promise<number> {
      const { rowCount } = await sql.query(
        `update audit_key set wrapped = null, destroyed_at = now() where incident_id = $1 and wrapped is not null`,
        [incidentId],
      );
      return rowCount;
    },
  };
}
