import type { StoredAlert } from '../../../incident/alert.ts';
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

    async firingAlerts(incidentId: number): Promise<number> {
      const { rows } = await sql.query<{ count: number }>(
        `select count(*)::int as count from alert where incident_id = $1 and status = 'firing'`,
        [incidentId],
      );
      return rows[0]?.count ?? 0;
    },
  };
}
