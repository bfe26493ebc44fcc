import type { StoredAlert } from '../../../incident/alert.ts';
import type { Predicate } from '../../../incident/proposal.ts';
import type { Sql } from '../sql.ts';
import { ALERT, type AlertRow } from './rows.ts';

export function alertStore(sql: Sql) {
  return {
    /** Alerts that arrived since then, in the order of arrival, after the one with that id. */
    async alertsSince(since: Date, afterId: number, limit: number): Promise<StoredAlert[]> {
      const { rows } = await sql.query<AlertRow>(
        `select ${ALERT} from alert where id > $2 and received_at >= $1 and not tombstone order by id limit $3`,
        [since, afterId, limit],
      );
      return rows;
    },

    /** How many of the alerts that a predicate names fire, also where one has begun anew and is not placed yet. */
    async firingAlerts(incidentId: number, alerts: Predicate['alerts']): Promise<number> {
      const { rows } = await sql.query<{ count: number }>(
        `select count(*)::int as count from alert a
          where status = 'firing' and not tombstone
            and ((incident_id = $1 and ($2::text[] is null or service = any($2)))
                 or (coalesce(incident_id, $1) >= $1 and exists (
                       select from jsonb_to_recordset($3) as named(source text, fingerprint text)
                        where named.source = a.source and named.fingerprint = a.fingerprint)))`,
        [incidentId, alerts?.services ?? null, JSON.stringify(alerts?.firing ?? [])],
      );
      return rows[0]?.count ?? 0;
    },
  };
}
