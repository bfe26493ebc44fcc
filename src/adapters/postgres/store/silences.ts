import type { StoredAlert } from '../../../incident/alert.ts';
import type { Matchable } from '../../../incident/matcher.ts';
import type { Silence, SilenceRequest } from '../../../incident/silence.ts';
import type { Sql } from '../sql.ts';
import { ALERT, SILENCE, type AlertRow, type SilenceRow } from './rows.ts';

const MATCHABLE = `name, service, source, kind, severity, labels`;
const FIRING_AND_HUSHED = `status = 'firing' and quiet_reason in ('silenced', 'maintenance')`;

export function silenceStore(sql: Sql) {
  return {
    /** It begins now, by the database's clock, in milliseconds because that is all that a `Date` holds. */
    async addSilence(asked: SilenceRequest, by: string): Promise<Silence> {
      const { rows } = await sql.query<SilenceRow>(
        `insert into silence (matchers, starts_at, ends_at, created_by, why, critical)
         select $1, at, at + make_interval(mins => $2), $3, $4, $5 from date_trunc('milliseconds', now()) as at
         returning ${SILENCE}`,
        [JSON.stringify(asked.matchers), asked.minutes, by, asked.why, asked.critical],
      );
      const [row] = rows;
      if (!row) throw new Error('addSilence: the database returned no row');
      return row;
    },

    /** Ends it before its time; null where it does not go on. */
    async endSilence(id: number, by: string): Promise<Silence | null> {
      const { rows } = await sql.query<SilenceRow>(
        `update silence set ended_by = $2, ended_at = now()
          where id = $1 and ended_at is null and ends_at > now() returning ${SILENCE}`,
        [id, by],
      );
      return rows[0] ?? null;
    },

    /** All that go on at `now`, the one that ends first first. */
    async activeSilences(now: Date): Promise<Silence[]> {
      const { rows } = await sql.query<SilenceRow>(
        `select ${SILENCE} from silence where ended_at is null and starts_at <= $1 and ends_at > $1 order by ends_at, id`,
        [now],
      );
      return rows;
    },

    /** What a new silence can be held against: alerts that fire, the newest first. */
    async firingNow(limit: number): Promise<Matchable[]> {
      const { rows } = await sql.query<Matchable & Record<string, unknown>>(
        `select ${MATCHABLE} from alert where status = 'firing' order by id desc limit $1`,
        [limit],
      );
      return rows;
    },

    /** Alerts that fire and are kept quiet because people said so, by id, from the one after `afterId`. */
    async hushedFiring(afterId: number, limit: number): Promise<StoredAlert[]> {
      const { rows } = await sql.query<AlertRow>(
        `select ${ALERT} from alert where ${FIRING_AND_HUSHED} and id > $1 order by id limit $2`,
        [afterId, limit],
      );
      return rows;
    },

    /** Gives them back to be placed as if they had come now; resolves to how many still fired and were hushed. */
    async releaseHushed(ids: readonly number[]): Promise<number> {
      const { rowCount } = await sql.query(
        `update alert set pending = true, quiet_reason = null, quiet_why = null
          where id = any($1::bigint[]) and ${FIRING_AND_HUSHED}`,
        [ids],
      );
      return rowCount;
    },
  };
}
