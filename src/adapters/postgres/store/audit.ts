import type { AuditEntry, AuditLine, EarlierContent } from '../../../incident/audit-chain.ts';
import type { Vault } from '../../../incident/seal.ts';
import type { Sql } from '../sql.ts';
import { opener, type SealedRow } from './contents.ts';
import { SEALED } from './journal.ts';

type Row = (SealedRow | { dataHash: null }) &
  Omit<AuditEntry, 'at' | 'dataHash'> & {
    seq: number;
    previous: string;
    contentHash: string;
    hash: string;
    /** Null: the journal's row is gone, which only somebody past the guards can bring about. */
    at: Date | null;
    data: object;
  };

/** The record as it is handed out and checked. */
export function auditStore(sql: Sql, vault: Vault) {
  return {
    /** The chain in order, from link `after` + 1; with its contents, or with their hashes alone. */
    async auditLines(
      after: number,
      limit: number,
      contents: 'open' | 'sealed' = 'open',
    ): Promise<AuditLine[]> {
      const { rows } = await sql.query<Row>(
        `select a.seq, a.previous, a.content_hash as "contentHash", a.hash, j.at, j.incident_id as "incidentId",
                j.proposal, j.actor, j.kind, j.data, ${SEALED}
           from audit a left join journal j on j.seq = a.journal_seq left join audit_key k on k.id = j.key_id
          where a.seq > $1 order by a.seq limit $2`,
        [after, limit],
      );
      const open = opener(vault);
      return rows.map((row): AuditLine => {
        const { seq, previous, hash, at, incidentId, proposal, actor, kind } = row;
        const link = { seq, previous, hash };
        const isGone = at === null || (row.dataHash === null ? isEmpty(row.data) : row.wrapped === null);
        if (row.dataHash === null || at === null) {
          const { contentHash, data } = row;
          const content: EarlierContent | 'sealed' | 'erased' = isGone
            ? 'erased'
            : contents === 'sealed'
              ? 'sealed'
              : { at: at.toISOString(), incidentId, actor, kind, data };
          return { ...link, incidentId, contentHash, content };
        }
        const entry = { at: at.toISOString(), incidentId, proposal, actor, kind, dataHash: row.dataHash };
        const content = contents === 'open' ? open(row) : 'sealed';
        return { ...link, entry, content: isGone || content === null ? 'erased' : content };
      });
    },

    /** Journal entries that have no link; there is none unless somebody wrote past this store. */
    async entriesWithoutLink(): Promise<number> {
      const { rows } = await sql.query<{ count: number }>(
        `select count(*)::int as count from journal j where not exists (select from audit a where a.journal_seq = j.seq)`,
      );
      return rows[0]?.count ?? 0;
    },
  };
}

const isEmpty = (data: object) => Object.keys(data).length === 0;
