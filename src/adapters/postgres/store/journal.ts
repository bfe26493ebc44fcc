import { contentHash, ERASURE, GENESIS, linkHash, type AuditEntry } from '../../../incident/audit-chain.ts';
import type { Happening, JournalEntry, NewEntry } from '../../../incident/journal.ts';
import type { Vault } from '../../../incident/seal.ts';
import { hasteOf, slotsOf } from '../../../incident/thread.ts';
import type { Sql } from '../sql.ts';
import { opener, sealContent, type SealedRow } from './contents.ts';
import { dataKeys, type DataKey, type WrappedKey } from './data-keys.ts';
import { wantShown } from './messages.ts';

export type JournalStore = ReturnType<typeof journalStore>;

export function journalStore(sql: Sql, vault: Vault) {
  /**
   * Appends entries, in their order, together with their audit links and the messages that must show them.
   * When any of the three cannot be written none is, and what the entries speak of is rolled back with them.
   */
  async function recordAll(entries: NewEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const { head, keyOf } = await begin(entries.map(sealedFor));
    const stored = await append(entries, keyOf);
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

  /** The last link of the chain, and the keys. Waiting for it orders all writers, so links and entries have one order. */
  async function begin(incidents: (number | null)[]): Promise<Beginning> {
    const { rows } = await sql.query<{ seq: number | null; hash: string; keys: WrappedKey[] | null }>(
      `select seq, hash, keys from audit_begin($1)`,
      [incidents.map((id) => id ?? 0)],
    );
    const [found] = rows;
    const keyOf = await dataKeys(sql, vault).use(incidents, found?.keys ?? []);
    return { head: { seq: found?.seq ?? 0, hash: found?.hash ?? GENESIS }, keyOf };
  }

  async function append(entries: NewEntry[], keyOf: Beginning['keyOf']): Promise<Stored[]> {
    const given = entries.map((entry, n) => {
      const { kind, incidentId, actor, ...data } = entry;
      const { id: keyId, key } = keyOf(sealedFor(entry));
      const { sealed, dataHash } = sealContent(key, data);
      const proposal = 'proposal' in data ? data.proposal : null;
      return { n, kind, incidentId, actor, proposal, dataHash, keyId, sealed: sealed.toString('base64') };
    });
    const { rows } = await sql.query<{ seq: number; at: Date }>(
      `insert into journal (at, incident_id, actor, kind, proposal, data_hash, key_id, sealed)
       select date_trunc('milliseconds', clock_timestamp()), "incidentId", actor, kind, proposal, "dataHash", "keyId",
              decode(sealed, 'base64')
         from jsonb_to_recordset($1) as given(n int, "incidentId" bigint, actor text, kind text, proposal text,
                                              "dataHash" text, "keyId" bigint, sealed text)
        order by n returning seq, at`,
      [JSON.stringify(given)],
    );
    // The order of what RETURNING gives is not promised; that of the sequence is the one of the entries.
    rows.sort((a, b) => a.seq - b.seq);
    if (rows.length !== entries.length) throw new Error('record: the journal did not take every entry');
    return given.map(({ incidentId, actor, kind, proposal, dataHash }, n) => {
      const { seq, at } = rows[n] as { seq: number; at: Date };
      return { seq, entry: { at: at.toISOString(), incidentId, proposal, actor, kind, dataHash } };
    });
  }

  async function link(head: { seq: number; hash: string }, stored: Stored[]): Promise<void> {
    let { seq, hash } = head;
    const links = stored.map((one) => {
      const previous = hash;
      const content = contentHash(one.entry);
      seq += 1;
      hash = linkHash(previous, seq, content);
      return { seq, journal_seq: one.seq, content_hash: content, previous, hash };
    });
    await sql.query(
      `with linked as (
         insert into audit (seq, journal_seq, content_hash, previous, hash)
         select seq, journal_seq, content_hash, previous, hash
           from jsonb_to_recordset($1) as given(seq bigint, journal_seq bigint, content_hash text, previous text, hash text)
          order by seq)
       select pg_notify(current_schema() || '_journal', $2)`,
      [JSON.stringify(links), String(stored.at(-1)?.seq)],
    );
  }

  function opened(rows: EntryRow[]): JournalEntry[] {
    const open = opener(vault);
    return rows.flatMap((row) => {
      const data = row.dataHash === null ? row.data : open(row)?.data;
      // Of a row from before sealing, nothing is left but an empty object.
      if (data === undefined || Object.keys(data as object).length === 0) return [];
      const { seq, at, incidentId, actor, kind } = row;
      return [{ ...(data as object), seq, at, incidentId, actor, kind } as JournalEntry];
    });
  }

  return {
    recordAll,

    /** Appends one entry; see `recordAll`. */
    record: (entry: NewEntry): Promise<void> => recordAll([entry]),

    /** Entries after `afterSeq`, oldest first; of one incident or of all. Those that were erased are left out. */
    async journal(afterSeq: number, incidentId: number | null, limit: number): Promise<JournalEntry[]> {
      const { rows } = await sql.query<EntryRow>(
        `${ENTRIES} where j.seq > $1 and ($2::bigint is null or j.incident_id = $2) order by j.seq limit $3`,
        [afterSeq, incidentId, limit],
      );
      return opened(rows);
    },

    /**
     * The newest entries of an incident, oldest first: what happens next depends on what happened last. That all actions were
     * stopped and allowed again while it went on is about it, too.
     */
    async latestEntries(incidentId: number, limit: number): Promise<JournalEntry[]> {
      const { rows } = await sql.query<EntryRow>(
        `with own as materialized (select seq from journal where incident_id = $1 order by seq desc limit $2)
         ${ENTRIES} where j.seq in (
           select seq from own
            union all
           select seq from journal where incident_id is null and kind in ('switch.stopped', 'switch.resumed')
                                     and seq > (select min(seq) from own) and seq < (select max(seq) from own))
          order by j.seq desc limit $2`,
        [incidentId, limit],
      );
      return opened(rows.reverse());
    },

    /** Of all incidents that go on: what was proposed and withheld since each was last looked at, oldest first. */
    async offersSinceLook(): Promise<JournalEntry[]> {
      const { rows } = await sql.query<EntryRow>(
        `${ENTRIES} join incident i on i.id = j.incident_id
          where i.state not in ('resolved', 'closed') and j.kind in ('proposal.made', 'proposal.withheld')
            and j.seq > coalesce((select max(seq) from journal look
                                   where look.incident_id = i.id and look.kind = 'evidence.found'), 0)
          order by j.seq`,
      );
      return opened(rows);
    },

    /** The newest entry of one kind about a proposal. */
    async latestAbout<K extends Happening['kind']>(
      proposalId: string,
      kind: K,
    ): Promise<Extract<JournalEntry, { kind: K }> | null> {
      const { rows } = await sql.query<EntryRow>(
        `${ENTRIES} where j.proposal = $1 and j.kind = $2 order by j.seq desc limit 1`,
        [proposalId, kind],
      );
      return (opened(rows)[0] as Extract<JournalEntry, { kind: K }> | undefined) ?? null;
    },
  };
}

/** With what a row's content is opened; for any query that reads journal as j. */
export const SEALED = `j.data_hash as "dataHash", j.sealed, j.key_id as "keyId", k.wrapped, k.incident_id as "keyIncident"`;

const ENTRIES = `select j.seq, j.at, j.incident_id as "incidentId", j.actor, j.kind, j.data, ${SEALED}
  from journal j left join audit_key k on k.id = j.key_id`;
type EntryRow = (SealedRow | { dataHash: null }) & {
  seq: number;
  at: Date;
  incidentId: number | null;
  actor: string;
  kind: Happening['kind'];
  data: object;
};

type Beginning = { head: { seq: number; hash: string }; keyOf: (incidentId: number | null) => DataKey };
type Stored = { seq: number; entry: AuditEntry };

// What says that contents were erased must stay readable, so it is sealed as if it belonged to no incident.
function sealedFor({ kind, incidentId }: NewEntry): number | null {
  return kind === ERASURE ? null : incidentId;
}
