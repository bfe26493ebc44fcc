import type { Happening, JournalEntry, NewEntry } from '../../../incident/journal.ts';
import { contentHash, GENESIS, linkHash, type AuditLine } from '../../../incident/audit-chain.ts';
import { hasteOf, slotsOf } from '../../../incident/thread.ts';
import type { Sql } from '../sql.ts';
import { wantShown } from './messages.ts';

export type JournalStore = ReturnType<typeof journalStore>;

export function journalStore(sql: Sql) {
  return {
    /**
     * Appends one entry together with its audit link and the messages that must show it. When any of the
     * three cannot be written none is, and what the entry speaks of is rolled back with it.
     */
    async record(entry: NewEntry): Promise<void> {
      const { kind, incidentId, actor, ...data } = entry;
      // Waiting for the chain's head orders all writers, so that links and entries have one order.
      await sql.query(`select pg_advisory_xact_lock(hashtext(current_schema() || '/audit'))`);
      const { rows } = await sql.query<{ seq: number; at: Date }>(
        `insert into journal (at, incident_id, actor, kind, data)
         values (date_trunc('milliseconds', clock_timestamp()), $1, $2, $3, $4) returning seq, at`,
        [incidentId, actor, kind, JSON.stringify(data)],
      );
      const [row] = rows;
      if (!row) throw new Error('record: the journal returned no row');
      const head = await sql.query<{ seq: number; hash: string }>(
        `select seq, hash from audit order by seq desc limit 1`,
      );
      const previous = head.rows[0]?.hash ?? GENESIS;
      const seq = (head.rows[0]?.seq ?? 0) + 1;
      // What was stored is what JSON keeps; undefined members must not count.
      const content = contentHash({
        at: row.at.toISOString(),
        incidentId,
        actor,
        kind,
        data: JSON.parse(JSON.stringify(data)),
      });
      await sql.query(
        `insert into audit (seq, journal_seq, content_hash, previous, hash) values ($1, $2, $3, $4, $5)`,
        [seq, row.seq, content, previous, linkHash(previous, seq, content)],
      );
      await sql.query(`select pg_notify(current_schema() || '_journal', $1)`, [String(row.seq)]);
      if (incidentId === null) return;
      const haste = hasteOf(entry);
      await wantShown(
        sql,
        slotsOf(entry).map((slot) => ({ incidentId, slot, haste })),
      );
    },

    /** The chain with its contents, in order, from link `after` + 1. */
    async auditLines(after: number, limit: number): Promise<AuditLine[]> {
      const { rows } = await sql.query<{
        seq: number;
        previous: string;
        contentHash: string;
        hash: string;
        at: Date;
        incidentId: number | null;
        actor: string;
        kind: string;
        data: unknown;
      }>(
        `select a.seq, a.previous, a.content_hash as "contentHash", a.hash, j.at, j.incident_id as "incidentId", j.actor, j.kind, j.data
           from audit a left join journal j on j.seq = a.journal_seq
          where a.seq > $1 order by a.seq limit $2`,
        [after, limit],
      );
      return rows.map(({ seq, previous, contentHash: hashed, hash, at, ...rest }) => ({
        seq,
        previous,
        contentHash: hashed,
        hash,
        content: at ? { at: at.toISOString(), ...rest } : null,
      }));
    },

    /** Journal entries that have no link; there is none unless somebody wrote past this store. */
    async entriesWithoutLink(): Promise<number> {
      const { rows } = await sql.query<{ count: number }>(
        `select count(*)::int as count from journal j where not exists (select from audit a where a.journal_seq = j.seq)`,
      );
      return rows[0]?.count ?? 0;
    },

    /** Entries after `afterSeq`, oldest first; of one incident or of all. */
    async journal(afterSeq: number, incidentId: number | null, limit: number): Promise<JournalEntry[]> {
      const { rows } = await sql.query<EntryRow>(
        `select ${ENTRY} from journal
          where seq > $1 and ($2::bigint is null or incident_id = $2) order by seq limit $3`,
        [afterSeq, incidentId, limit],
      );
      return rows.map(entryOf);
    },

    /** The newest entries of an incident, oldest first: what happens next depends on what happened last. */
    async latestEntries(incidentId: number, limit: number): Promise<JournalEntry[]> {
      const { rows } = await sql.query<EntryRow>(
        `select ${ENTRY} from journal where incident_id = $1 order by seq desc limit $2`,
        [incidentId, limit],
      );
      return rows.reverse().map(entryOf);
    },
  };
}

const ENTRY = `seq, at, incident_id as "incidentId", actor, kind, data`;
type EntryRow = {
  seq: number;
  at: Date;
  incidentId: number | null;
  actor: string;
  kind: Happening['kind'];
  data: object;
};

function entryOf({ data, ...rest }: EntryRow): JournalEntry {
  return { ...data, ...rest } as JournalEntry;
}
