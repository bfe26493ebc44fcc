import type { StormReading } from '../../../correlate/note-storm.ts';
import type { Sample } from '../../../correlate/storm.ts';
import type { Sql } from '../sql.ts';
import { wantBulletin } from './messages.ts';
import type { StormData } from './storm-report.ts';

/** Rows of a storm and of what its incidents show; `noteStorm` decides. */
export function stormStore(sql: Sql) {
  return {
    async readStorm(): Promise<StormReading> {
      const { rows } = await sql.query<{
        now: Date;
        id: number | null;
        data: StormData | null;
        openedAt: Date | null;
        samples: { at: string; minute: string; received: number }[] | null;
        minutes: { minute: string; received: number }[] | null;
        opened: number;
      }>(READ);
      const [row] = rows;
      if (!row) throw new Error('readStorm: the database gave no row');
      const calmSince = row.data?.calmSince ?? null;
      return {
        now: row.now,
        storm:
          row.id === null || row.data === null || row.openedAt === null
            ? null
            : {
                id: row.id,
                usual: row.data.usual,
                since: row.openedAt,
                calmSince: calmSince === null ? null : new Date(calmSince),
              },
        samples: (row.samples ?? []).map((one) => ({
          ...one,
          at: new Date(one.at),
          minute: new Date(one.minute),
        })),
        minutes: (row.minutes ?? []).map((one) => ({ ...one, minute: new Date(one.minute) })),
        opened: row.opened,
      };
    },

    async saveStormSamples(samples: Sample[]): Promise<void> {
      await sql.query(
        `insert into setting (name, value) values ('storm-watch', $1)
         on conflict (name) do update set value = excluded.value`,
        [JSON.stringify(samples)],
      );
    },

    async usualPerMinute(): Promise<number | null> {
      const { rows } = await sql.query<{ usual: number | null }>(
        `select case when min(minute) < now() - interval '70 minutes'
                     then sum(fresh + resolved)::float8 / (extract(epoch from now() - interval '10 minutes' - min(minute)) / 60)::float8
                end as usual
           from intake where minute >= now() - interval '6 hours' and minute < now() - interval '10 minutes'`,
      );
      return rows[0]?.usual ?? null;
    },

    async openStorm(why: string, usual: number | null, room: number): Promise<number | null> {
      const { rows } = await sql.query<{ id: number }>(OPEN, [why, usual]);
      const [opened] = rows;
      if (!opened) return null;
      await sql.query(HOLD_WAITING, [opened.id, room]);
      await wantBulletin(sql, opened.id, 'now');
      return opened.id;
    },

    async saveStormCalm(stormId: number, calmSince: Date | null): Promise<void> {
      await sql.query(
        `update bulletin set data = data || jsonb_build_object('calmSince', $2::timestamptz) where id = $1`,
        [stormId, calmSince],
      );
    },

    async endStorm(stormId: number): Promise<void> {
      await sql.query(`update bulletin set ended_at = clock_timestamp() where id = $1 and ended_at is null`, [
        stormId,
      ]);
      await sql.query(LET_GO, [stormId]);
      await wantBulletin(sql, stormId, 'now');
    },

    async joinStorm(stormId: number, incidentIds: number[], room: number): Promise<void> {
      if (incidentIds.length === 0) return;
      await sql.query(`update incident set storm_id = $1 where id = any($2::bigint[])`, [
        stormId,
        incidentIds,
      ]);
      await sql.query(HOLD_OPENED, [incidentIds, room]);
    },

    async refreshStorm(stormId: number): Promise<void> {
      await sql.query(`update message set wanted = wanted + 1 where bulletin_id = $1 and wanted = shown`, [
        stormId,
      ]);
    },

    /** Whether a storm is on. */
    async storming(): Promise<boolean> {
      const { rowCount } = await sql.query(`select from bulletin where kind = 'storm' and ended_at is null`);
      return rowCount > 0;
    },
  };
}

const READ = `
  select clock_timestamp() as now, storm.id, storm.data, storm.opened_at as "openedAt",
         (select value from setting where name = 'storm-watch') as samples,
         (select jsonb_agg(jsonb_build_object('minute', minute, 'received', received) order by minute)
            from (select minute, sum(fresh + resolved) as received from intake
                   where minute > now() - interval '3 minutes' group by minute) as sums) as minutes,
         (select count(*)::int from incident where opened_at > now() - interval '1 minute') as opened
    from (select) as one left join bulletin storm on storm.kind = 'storm' and storm.ended_at is null`;

// A storm begins before it is noticed, so the minute before is counted too.
const OPEN = `
  with span as (select date_trunc('minute', now() - interval '1 minute') as first),
  older as (
    select coalesce((select id from alert, span where received_at < first order by id desc limit 1), 0) as id)
  insert into bulletin (kind, data)
  select 'storm', jsonb_build_object('from', first, 'why', $1::text, 'usual', $2::float8, 'calmSince', null, 'afterAlert', older.id)
    from span, older
  on conflict do nothing
  returning id`;

const WAITING = `wanted > shown and ts is null and slot = 'summary' and not held and not sending`;

const HOLD_WAITING = `
  with held as (
    update message set held = true
     where id in (select id from message where ${WAITING} and not grave order by incident_id offset $2::int for update)
    returning incident_id)
  update incident set storm_id = $1
   where id in (select incident_id from held) or (opened_at >= now() - interval '1 minute' and storm_id is null)`;

// Only as many of the new ones are let through as there is room for beside those that wait already.
const HOLD_OPENED = `
  update message set held = true
   where id in (
     select id from message
      where incident_id = any($1::bigint[]) and ${WAITING} and not grave
      order by incident_id
     offset greatest(0, $2::int - (
       select count(*) from (select from message where wanted > shown and ts is null and slot = 'summary' and (grave or not held)
                               and incident_id <> all($1::bigint[]) limit $2::int) as waiting))
        for update)`;

// Whoever fell silent in the storm gets no thread after it; what they would have shown is settled.
const LET_GO = `
  update message set shown = wanted
   where ts is null
     and incident_id in (
       select root.incident_id from message root join incident i on i.id = root.incident_id
        where root.slot = 'summary' and root.held and root.ts is null and i.storm_id = $1 and i.state in ('resolved', 'closed'))`;
