import type { NewEntry } from '../../../incident/journal.ts';
import { CannotOpen, type Vault } from '../../../incident/seal.ts';
import type { Sql } from '../sql.ts';
import type { WrappedKey } from './data-keys.ts';

type Journal = { record(entry: NewEntry): Promise<void> };

export function rekeyStore(sql: Sql, vault: Vault, journal: Journal) {
  return {
    /**
     * Wraps every key anew that another master key than the vault's first has wrapped; what is sealed with them stays as it
     * is. That it was done is an entry, where there was something to do. Throws `CannotOpen` where a key opens with none.
     */
    async rewrapKeys(by: string): Promise<{ rewrapped: number; before: number }> {
      // Locked, so that a key which somebody destroys meanwhile does not come back.
      const { rows } = await sql.query<WrappedKey>(
        `select id, incident_id as "incidentId", encode(wrapped, 'base64') as wrapped from audit_key
          where wrapped is not null order by id for update`,
      );
      let rewrapped = 0;
      for (const { id, incidentId, wrapped } of rows) {
        const anew = rewrap(vault, Buffer.from(wrapped, 'base64'), { id, incidentId });
        if (!anew) continue;
        rewrapped += 1;
        await sql.query(`update audit_key set wrapped = $2 where id = $1`, [id, anew]);
      }
      if (rewrapped > 0)
        await journal.record({ kind: 'keys.rewrapped', incidentId: null, actor: by, keys: rewrapped });
      return { rewrapped, before: rows.length - rewrapped };
    },
  };
}

function rewrap(
  vault: Vault,
  wrapped: Buffer,
  { id, incidentId }: Pick<WrappedKey, 'id' | 'incidentId'>,
): Buffer | null {
  try {
    return vault.rewrap(wrapped, incidentId);
  } catch (error) {
    throw new CannotOpen(
      `Key ${id} (${incidentId === null ? 'of no incident' : `INC-${incidentId}`}) opens with neither key of SITREP_AUDIT_KEY; nothing was changed. Set the key that it was made with after the new one.`,
      { cause: error },
    );
  }
}
