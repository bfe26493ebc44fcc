import { ERASURE } from '../../../incident/audit-chain.ts';
import type { NewEntry } from '../../../incident/journal.ts';
import type { Vault } from '../../../incident/seal.ts';
import type { Sql } from '../sql.ts';
import { dataKeys } from './data-keys.ts';

export type Erased = 'erased' | 'unknown' | 'still going on' | 'erased before';

type Journal = { record(entry: NewEntry): Promise<void> };

/** What states the present of an incident, in the order in which rows may go. */
const WORKING_ROWS = [
  `delete from label where incident_id = $1`,
  `delete from hypothesis where incident_id = $1`,
  `delete from evidence where incident_id = $1`,
  `delete from approval using proposal p where p.id = proposal_id and p.incident_id = $1`,
  `delete from execution using proposal p where p.id = proposal_id and p.incident_id = $1`,
  `delete from proposal where incident_id = $1`,
  `delete from postmortem where incident_id = $1`,
  `delete from incident_rule where incident_id = $1`,
  `update model_call set prompt = '', answer = '' where incident_id = $1 and prompt <> ''`,
  // The row itself stays: a source that repeats its alert must find that it is known.
  `update alert set name = 'erased', summary = '', description = '', labels = '{}', annotations = '{}', link = null
    where incident_id = $1`,
  `update incident set title = 'Erased', erased_at = now() where id = $1`,
];

export function erasureStore(sql: Sql, vault: Vault, journal: Journal) {
  /** Rows of versions that did not seal stand in clear, behind a guard that only the owner can lift. */
  async function emptyEarlierRows(incidentId: number): Promise<void> {
    const open = `incident_id = $1 and data_hash is null and data <> '{}'`;
    const { rowCount } = await sql.query(`select from journal where ${open} limit 1`, [incidentId]);
    if (rowCount === 0) return;
    await sql.query(`alter table journal disable trigger journal_append_only`);
    await sql.query(`update journal set data = '{}' where ${open}`, [incidentId]);
    await sql.query(`alter table journal enable trigger journal_append_only`);
  }

  return {
    /**
     * Makes everything unreadable that the database holds of an incident: destroys the key of its journal
     * contents and model texts, and removes what its working rows say. Links and hashes stay. The erasure is
     * itself an entry.
     */
    async eraseIncident(incidentId: number, by: string, why: string): Promise<Erased> {
      const { rows } = await sql.query<{ over: boolean; erased: boolean }>(
        `select state in ('resolved', 'closed') as over, erased_at is not null as erased from incident where id = $1 for update`,
        [incidentId],
      );
      const [incident] = rows;
      if (!incident) return 'unknown';
      if (!incident.over) return 'still going on';
      if (incident.erased) return 'erased before';
      await emptyEarlierRows(incidentId);
      for (const statement of WORKING_ROWS) await sql.query(statement, [incidentId]);
      // Before the key goes: whoever appends waits for this entry, and takes a new key afterwards.
      await journal.record({ kind: ERASURE, incidentId, actor: by, why });
      await dataKeys(sql, vault).destroy(incidentId);
      return 'erased';
    },
  };
}
