import type { StoredAlert } from '../../../incident/alert.ts';
import type { Incident } from '../../../incident/incident.ts';
import type { LockedIncident, PendingAlert, Place } from '../../../correlate/place.ts';
import type { RuleChange, RuleStanding } from '../../../correlate/news.ts';
import type { Sql } from '../sql.ts';
import { wantShown } from './messages.ts';
import { ALERT, INCIDENT, type AlertRow, type IncidentRow } from './rows.ts';

// What correlation remembers reaches no further back than its horizon of two weeks; of a flood the newest
// are enough to know a rule by.
const REMEMBERED = 100_000;

// An alert that has failed this often is left to a person.
const MOST_ATTEMPTS = 5;

export function placingStore(sql: Sql) {
  return {
    async pendingAlerts(limit: number): Promise<PendingAlert[]> {
      const { rows } = await sql.query<PendingAlert & Record<string, unknown>>(
        `select ${ALERT}, incident_id is not null or quiet_reason is not null as placed, counted,
                incident_id is not null and placed_seq is not null as known
           from alert
          where pending and not tombstone and placing_attempts < ${MOST_ATTEMPTS}
          order by placing_attempts, severity <> 'critical', id limit $1`,
        [limit],
      );
      return rows;
    },

    async putOff(): Promise<{ alertId: number; last: boolean } | null> {
      const { rows } = await sql.query<{ alertId: number; last: boolean }>(
        `update alert set placing_attempts = placing_attempts + 1
          where id = (select id from alert where pending and not tombstone and placing_attempts < ${MOST_ATTEMPTS}
                       order by placing_attempts, severity <> 'critical', id limit 1)
         returning id as "alertId", placing_attempts = ${MOST_ATTEMPTS} as last`,
      );
      return rows[0] ?? null;
    },

    async retryPutOff(): Promise<void> {
      await sql.query(`update alert set placing_attempts = 0 where pending and placing_attempts > 0`);
    },

    async quietAlerts(ids: number[]): Promise<StoredAlert[]> {
      if (ids.length === 0) return [];
      const { rows } = await sql.query<AlertRow>(
        `select ${ALERT} from alert where id = any($1::bigint[]) and quiet_reason is not null order by id for update`,
        [ids],
      );
      return rows;
    },

    async placedAlerts(afterSeq: number, limit: number): Promise<(StoredAlert & { placedSeq: number })[]> {
      const { rows } = await sql.query<AlertRow & { placedSeq: number }>(
        `select ${ALERT}, placed_seq as "placedSeq" from alert
          where placed_seq > greatest($1, (select max(placed_seq) from alert) - ${REMEMBERED})
            and received_at > now() - interval '14 days'
            -- What people have hushed was never put before correlation.
            and (incident_id is not null or quiet_reason not in ('silenced', 'maintenance'))
          order by placed_seq limit $2`,
        [afterSeq, limit],
      );
      return rows;
    },

    async incidentsEnded(since: Date): Promise<{ id: number; at: Date; forGood: boolean }[]> {
      const { rows } = await sql.query<{ id: number; at: Date; forGood: boolean }>(
        `select id, coalesce(resolved_at, last_change_at) as at, state = 'closed' as "forGood" from incident
          where state in ('resolved', 'closed') and resolved_at >= greatest($1, now() - interval '14 days')
          order by resolved_at, id`,
        [since],
      );
      return rows;
    },

    async seemsOver(): Promise<number[]> {
      const { rows } = await sql.query<{ id: number }>(
        `select id from incident
          where state in ('open', 'awaiting', 'monitoring') and last_change_at < now() - interval '2 minutes'
            and not exists (select from alert where incident_id = incident.id and status = 'firing')
          order by id limit 200`,
      );
      return rows.map(({ id }) => id);
    },

    async lockIncidents(ids: number[]): Promise<LockedIncident[]> {
      const { rows } = await sql.query<IncidentRow & { acting: boolean; firing: number }>(
        `select ${INCIDENT},
                exists(select from proposal where incident_id = incident.id
                        and state in ('approved', 'claimed', 'sent', 'confirmed', 'verifying')) as acting,
                (select coalesce(sum(firing), 0)::int from incident_rule where incident_id = incident.id) as firing
           from incident where id = any($1::bigint[]) order by id for no key update`,
        [ids],
      );
      return rows;
    },

    async placeAlerts(places: { alert: StoredAlert; place: Place }[]): Promise<void> {
      if (places.length === 0) return;
      const rows = places.map(({ alert, place }, n) => ({
        n: n + 1,
        id: alert.id,
        status: alert.status,
        severity: alert.severity,
        incident_id: place.kind === 'incident' ? place.incidentId : null,
        reason: place.kind === 'quiet' ? place.reason : null,
        why: place.kind === 'quiet' ? place.why : null,
      }));
      // Only these two can change once an alert is recorded, so comparing them shows whether it has.
      await sql.query(
        `update alert
            set incident_id = place.incident_id, quiet_reason = place.reason, quiet_why = place.why,
                pending = (alert.status, alert.severity) <> (place.status, place.severity), counted = place.incident_id is not null and place.status = 'firing',
                placed_seq = top.seq + place.n
           from jsonb_to_recordset($1) as place(n int, id bigint, status text, severity text, incident_id bigint, reason text, why text),
                (select coalesce(max(placed_seq), 0) as seq from alert) as top
          where alert.id = place.id`,
        [JSON.stringify(rows)],
      );
    },

    async settleAlerts(ids: number[]): Promise<void> {
      if (ids.length === 0) return;
      await sql.query(
        `update alert set pending = status = 'firing', counted = false where id = any($1::bigint[])`,
        [ids],
      );
    },

    async changeRules(changes: RuleChange[]): Promise<RuleStanding[]> {
      if (changes.length === 0) return [];
      const rows = changes.map(({ incidentId, name, service, firing, total }) => ({
        incident_id: incidentId,
        name,
        service: service ?? '',
        firing,
        total,
      }));
      const changed = await sql.query<{ name: string; service: string; firing: number; isNew: boolean }>(
        `insert into incident_rule (incident_id, name, service, firing, total)
         select incident_id, name, service, sum(firing), sum(total)
           from jsonb_to_recordset($1) as given(incident_id bigint, name text, service text, firing int, total int)
          group by 1, 2, 3 order by 1, 2, 3
         on conflict (incident_id, name, service) do update
            set firing = incident_rule.firing + excluded.firing, total = incident_rule.total + excluded.total
         returning name, service, firing, xmax = 0 as "isNew"`,
        [JSON.stringify(rows)],
      );
      return changed.rows.map(({ service, ...row }) => ({
        ...row,
        service: service === '' ? null : service,
      }));
    },

    async touchIncident({ id, services, severity }: Incident, joined: boolean): Promise<void> {
      await sql.query(
        `update incident
            set services = $2, severity = $3, last_change_at = now(),
                last_alert_at = case when $4 then now() else last_alert_at end
          where id = $1`,
        [id, services, severity, joined],
      );
      await wantShown(sql, [{ incidentId: id, slot: 'summary', haste: 'soon' }]);
    },
  };
}
