import type { Happening, JournalEntry, NewEntry } from '../../../incident/journal.ts';
import { contentHash, GENESIS, linkHash, type AuditLine } from '../../../incident/audit-chain.ts';
import { hasteOf, slotsOf } from '../../../incident/thread.ts';
import type { Sql } from '../sql.ts';
import { wantShown } from './messages.ts';

export type JournalStore = ReturnType<typeof journalStore>;

export function journalStore(sql: Sql) {
  /**
   * Appends entries, in their order, together with their audit links and the messages that must show them.
   * When any of the three cannot be written none is, and what the entries speak of is rolled back with them.
   */
  async function recordAll(entries: NewEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const head = await lockHead();
    const stored = await append(entries);
    await link(head, stored);
    await wantShown(
      sql,
      entries.flatMap((entry) => {
        const { incidentId } = entry;
        if (incidentId === null) return [];
        return slotsOf(entry).map((slot) => ({ incidentId, slot, haste: hasteOf(entry) }));
      }),
    );
  }

  /** The last link of the chain. Waiting for it orders all writers, so that links and entries have one order. */
  async function lockHead(): Promise<{ seq: number; hash: string }> {
    await sql.query(`select pg_advisory_xact_lock(hashtext(current_schema() || '/audit'))`);
    const { rows } = await sql.query<{ seq: number; hash: string }>(
      `select seq, hash from audit order by seq desc limit 1`,
    );
    return rows[0] ?? { seq: 0, hash: GENESIS };
  }

  async function append(entries: NewEntry[]): Promise<Stored[]> {
    const given = entries.map(({ kind, incidentId, actor, ...data }, n) => ({
      n,
      kind,
      incidentId,
      actor,
      data,
    }));
    const { rows } = await sql.query<{ seq: number; at: Date }>(
      `insert into journal (at, incident_id, actor, kind, data)
       select date_trunc('milliseconds', clock_timestamp()), "incidentId", actor, kind, data
         from jsonb_to_recordset($1) as given(n int, "incidentId" bigint, actor text, kind text, data jsonb)
        order by n returning seq, at`,
      [JSON.stringify(given)],
    );
    // The order of what RETURNING gives is not promised; that of the sequence is the one of the entries.
    rows.sort((a, b) => a.seq - b.seq);
    if (rows.length !== entries.length) throw new Error('record: the journal did not take every entry');
    return given.map(({ incidentId, actor, kind, data }, n) => ({
      seq: (rows[n] as { seq: number }).seq,
      // What was stored is what JSON keeps; undefined members must not count.
      content: {
        at: (rows[n] as { at: Date }).at.toISOString(),
        incidentId,
        actor,
        kind,
        data: JSON.parse(JSON.stringify(data)) as object,
      },
    }));
  }

  async function link(head: { seq: number; hash: string }, stored: Stored[]): Promise<void> {
    let { seq, hash } = head;
    const links = stored.map((entry) => {
      const previous = hash;
      const content = contentHash(entry.content);
      seq += 1;
      hash = linkHash(previous, seq, content);
      return { seq, journal_seq: entry.seq, content_hash: content, previous, hash };
    });
    await sql.query(
      `insert into audit (seq, journal_seq, content_hash, previous, hash)
       select seq, journal_seq, content_hash, previous, hash
         from jsonb_to_recordset($1) as given(seq bigint, journal_seq bigint, content_hash text, previous text, hash text)
        order by seq`,
      [JSON.stringify(links)],
    );
    await sql.query(`select pg_notify(current_schema() || '_journal', $1)`, [String(stored.at(-1)?.seq)]);
  }

  return {
    recordAll,

    /** Appends one entry; see `recordAll`. */
    record: (entry: NewEntry): Promise<void> => recordAll([entry]),

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

type Stored = {
  seq: number;
  content: { at: string; incidentId: number | null; actor: string; kind: string; data: object };
};
