import type { Alert, StoredAlert } from '../../../incident/alert.ts';
import type { AlertChange } from '../../../receive/receive.ts';
import type { Sql } from '../sql.ts';
import { ALERT, type AlertRow } from './rows.ts';

export function alertStore(sql: Sql) {
  return {
    async recordAlert(alert: Alert): Promise<AlertChange> {
      const key = [alert.source, alert.fingerprint, alert.startsAt];
      const inserted = await sql.query<{ id: number }>(
        `insert into alert (source, fingerprint, starts_at, status, ends_at, name, service, severity, summary,
                            description, labels, annotations, link, identified_by, kind, tombstone)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $4 = 'resolved')
         on conflict (source, fingerprint, starts_at) do nothing
         returning id`,
        [
          ...key,
          alert.status,
          alert.endsAt,
          alert.name,
          alert.service,
          alert.severity,
          alert.summary,
          alert.description,
          JSON.stringify(alert.labels),
          JSON.stringify(alert.annotations),
          alert.link,
          alert.identifiedBy,
          alert.kind,
        ],
      );
      const [fresh] = inserted.rows;
      if (fresh) return { change: alert.status === 'firing' ? 'new' : 'tombstone', id: fresh.id };
      if (alert.status === 'firing') return { change: 'none' };
      const resolved = await sql.query<{ id: number; incidentId: number | null }>(
        `update alert set status = 'resolved', ends_at = coalesce($4, now())
          where source = $1 and fingerprint = $2 and starts_at = $3 and status = 'firing'
          returning id, incident_id as "incidentId"`,
        [...key, alert.endsAt],
      );
      const [known] = resolved.rows;
      return known ? { change: 'resolved', ...known } : { change: 'none' };
    },

    async unassignedAlerts(limit: number): Promise<StoredAlert[]> {
      const { rows } = await sql.query<AlertRow>(
        `select ${ALERT} from alert where incident_id is null and not tombstone order by id limit $1`,
        [limit],
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
