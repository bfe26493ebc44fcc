import type { Checkpoint, Signer } from '../../../incident/checkpoint.ts';
import type { Sql } from '../sql.ts';

/** How far a place has its copies. */
export type PlaceState = {
  place: string;
  copiedSeq: number;
  copiedAt: Date | null;
  /** What the last try could not do; null where it could. */
  problem: string | null;
  failingSince: Date | null;
};

export function checkpointStore(sql: Sql) {
  return {
    /** Signs the end of the chain, unless a checkpoint has it already: then null. */
    async makeCheckpoint(signer: Signer): Promise<Checkpoint | null> {
      const { rows } = await sql.query<{ seq: number; hash: string; at: Date }>(
        `select seq, hash, date_trunc('milliseconds', clock_timestamp()) as at from audit
          where seq > coalesce((select max(seq) from audit_checkpoint), 0) order by seq desc limit 1`,
      );
      const [head] = rows;
      if (!head) return null;
      const checkpoint = signer.sign({ ...head, at: head.at.toISOString() });
      const { rowCount } = await sql.query(
        `insert into audit_checkpoint (seq, hash, at, key, signature) values ($1, $2, $3, $4, $5) on conflict do nothing`,
        [checkpoint.seq, checkpoint.hash, head.at, checkpoint.key, checkpoint.signature],
      );
      return rowCount === 1 ? checkpoint : null;
    },

    /** The checkpoints after a link, the oldest first. */
    async checkpointsAfter(seq: number, limit: number): Promise<Checkpoint[]> {
      const { rows } = await sql.query<Omit<Checkpoint, 'at'> & { at: Date }>(
        `select seq, hash, at, key, signature from audit_checkpoint where seq > $1 order by seq limit $2`,
        [seq, limit],
      );
      return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
    },

    /** Whether the chain has this hash at this link; the beginning it always has. */
    async hasLink({ seq, hash }: { seq: number; hash: string }): Promise<boolean> {
      if (seq === 0) return true;
      const { rowCount } = await sql.query(`select from audit where seq = $1 and hash = $2`, [seq, hash]);
      return rowCount === 1;
    },

    async placeStates(): Promise<PlaceState[]> {
      const { rows } = await sql.query<PlaceState & Record<string, unknown>>(
        `select place, copied_seq as "copiedSeq", copied_at as "copiedAt", problem, failing_since as "failingSince"
           from audit_place order by place`,
      );
      return rows;
    },

    async noteCopied(place: string, seq: number): Promise<void> {
      await sql.query(
        `insert into audit_place (place, copied_seq, copied_at) values ($1, $2, now())
         on conflict (place) do update set copied_seq = excluded.copied_seq, copied_at = now(), problem = null, failing_since = null`,
        [place, seq],
      );
    },

    async noteNotCopied(place: string, problem: string): Promise<void> {
      await sql.query(
        `insert into audit_place (place, problem, failing_since) values ($1, $2, now())
         on conflict (place) do update
            set problem = excluded.problem, failing_since = coalesce(audit_place.failing_since, now())`,
        [place, problem],
      );
    },

    /** Forgets places that are configured no longer, so that nobody is warned of them. */
    async keepPlaces(places: readonly string[]): Promise<void> {
      await sql.query(`delete from audit_place where place <> all($1::text[])`, [places]);
    },
  };
}
