import { digestOf, sha256 } from '../../../incident/canonical.ts';
import type { Happening, JournalEntry, NewEntry } from '../../../incident/journal.ts';
import { slotsOf } from '../../../incident/thread.ts';
import type { Sql } from '../sql.ts';

export type JournalStore = ReturnType<typeof journalStore>;

/** The link before the first one. */
export const GENESIS = '0'.repeat(64);

/** What one audit link covers, in canonical form: the entry as it is stored and the link before. */
export function linkHash(previous: string, seq: number, contentHash: string): string {
  return sha256(`${previous}\n${seq}\n${contentHash}`);
}

/** The hash of an entry's content, over exactly the fields that the export carries. */
export function contentHash(entry: { at: string; incidentId: number | null; actor: string; kind: string; data: unknown }): string {
  return digestOf(entry);
}

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
      const head = await sql.query<{ seq: number; hash: string }>(`select seq, hash from audit order by seq desc limit 1`);
      const previous = head.rows[0]?.hash ?? GENESIS;
      const seq = (head.rows[0]?.seq ?? 0) + 1;
      // What was stored is what JSON keeps; undefined members must not count.
      const content = contentHash({ at: row.at.toISOString(), incidentId, actor, kind, data: JSON.parse(JSON.stringify(data)) });
      await sql.query(`insert into audit (seq, journal_seq, content_hash, previous, hash) values ($1, $2, $3, $4, $5)`, [
        seq,
        row.seq,
        content,
        previous,
        linkHash(previous, seq, content),
      ]);
      await sql.query(`select pg_notify(current_schema() || '_journal', $1)`, [String(row.seq)]);
      if (incidentId === null) return;
      for (const slot of slotsOf(entry)) {
        await sql.query(
          `insert into message (incident_id, slot) values ($1, $2)
           on conflict (incident_id, slot) do update set wanted = message.wanted + 1`,
          [incidentId, slot],
        );
      }
      await sql.query(`select pg_notify(current_schema() || '_message', '')`);
    },

    /** Entries after `afterSeq`, oldest first; of one incident or of all. */
    async journal(afterSeq: number, incidentId: number | null, limit: number): Promise<JournalEntry[]> {
      const { rows } = await sql.query<{
        seq: number;
        at: Date;
        incidentId: number | null;
        actor: string;
        kind: Happening['kind'];
        data: object;
      }>(
        `select seq, at, incident_id as "incidentId", actor, kind, data from journal
          where seq > $1 and ($2::bigint is null or incident_id = $2) order by seq limit $3`,
        [afterSeq, incidentId, limit],
      );
      return rows.map(({ data, ...rest }) => ({ ...data, ...rest }) as JournalEntry);
    },
  };
}
