import type { Placement, Received, StormIncident, StormReport } from '../../../incident/bulletin.ts';
import type { Severity } from '../../../incident/alert.ts';
import type { Sql } from '../sql.ts';

/** What the row of a storm holds; dates are text in JSON. */
export type StormData = {
  from: string;
  why: string;
  usual: number | null;
  calmSince: string | null;
  /** The newest alert before `from`: only younger ones are read, without an index on the time. */
  afterAlert: number;
};

/** As many as fit into one message with a line each. */
const MOST_LISTED = 30;

/** Counts how a storm stands. Everything is counted at one moment and from the same minute on, so that it adds up. */
export async function readStormReport(
  sql: Sql,
  stormId: number,
  data: StormData,
  endedAt: Date | null,
): Promise<StormReport> {
  const { rows } = await sql.query<{
    received: Received;
    alerts: Placement;
    incidents: Partial<Record<Severity, number>> | null;
    listed: StormIncident[] | null;
  }>(REPORT, [stormId, data.from, endedAt, data.afterAlert]);
  const [row] = rows;
  if (!row) throw new Error(`readStormReport: nothing was counted for storm ${stormId}`);
  return {
    from: new Date(data.from),
    why: data.why,
    received: row.received,
    alerts: row.alerts,
    incidents: { critical: 0, warning: 0, info: 0, ...row.incidents },
    listed: row.listed ?? [],
  };
}

// The minute in which a storm ended still belongs to it, because intake is counted by the minute.
const REPORT = `
  with span as (
    select $2::timestamptz as first, coalesce(date_trunc('minute', $3::timestamptz) + interval '1 minute', 'infinity') as after),
  received as (
    select coalesce(sum(received), 0)::int as total, coalesce(sum(fresh), 0)::int as fresh,
           coalesce(sum(repeated), 0)::int as repeated, coalesce(sum(resolved), 0)::int as resolved
      from intake, span where minute >= first and minute < after),
  flood as materialized (
    select incident_id, count(*)::int as alerts, count(quiet_reason)::int as quiet
      from alert, span
     where id > $4 and received_at >= first and received_at < after and not tombstone
     group by incident_id),
  placed as (
    select coalesce(sum(alerts), 0)::int as total,
           coalesce(sum(alerts) filter (where incident_id is not null), 0)::int as "inIncidents",
           coalesce(sum(quiet), 0)::int as quiet,
           coalesce(sum(alerts - quiet) filter (where incident_id is null), 0)::int as unplaced
      from flood),
  hit as materialized (
    select i.id, i.title, i.severity, i.state, coalesce(flood.alerts, 0) as alerts
      from incident i left join flood on flood.incident_id = i.id
     where i.storm_id = $1 or i.id in (select incident_id from flood)),
  listed as (
    select hit.*, exists (select from message where incident_id = hit.id and slot = 'summary' and ts is not null) as "hasThread"
      from hit order by severity = 'critical' desc, severity = 'warning' desc, id desc limit ${MOST_LISTED})
  select (select to_jsonb(received) from received) as received,
         (select to_jsonb(placed) from placed) as alerts,
         (select jsonb_object_agg(severity, n) from (select severity, count(*)::int as n from hit group by 1) as by) as incidents,
         (select jsonb_agg(to_jsonb(listed) order by severity = 'critical' desc, severity = 'warning' desc, id desc)
            from listed) as listed`;
