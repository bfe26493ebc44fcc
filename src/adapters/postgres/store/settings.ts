import type { Sql } from '../sql.ts';

type Stopped = { by: string; why: string };

// Whoever begins a write holds the switch where it is until that is committed; whoever pulls it waits for that. So
// a commit of the switch comes before or after the commit of an intent, never in the middle of one.
export const HOLD_SWITCH = `select pg_advisory_xact_lock_shared(hashtext(current_schema() || '/switch'))`;
const MOVE_SWITCH = `select pg_advisory_xact_lock(hashtext(current_schema() || '/switch'))`;

export function settingStore(sql: Sql, outsideStop: () => string | null) {
  return {
    async stopped(): Promise<Stopped | null> {
      const outside = outsideStop();
      if (outside !== null) return { by: 'sitrep', why: outside };
      const { rows } = await sql.query<{ value: Stopped | null }>(
        `select value from setting where name = 'stopped'`,
      );
      return rows[0]?.value ?? null;
    },

    async setStopped(stopped: Stopped | null): Promise<void> {
      await sql.query(MOVE_SWITCH);
      await sql.query(
        `insert into setting (name, value) values ('stopped', $1) on conflict (name) do update set value = excluded.value`,
        [JSON.stringify(stopped)],
      );
    },

    /** Has every thread that is open show anew what it says of the switch. */
    async showSwitch(): Promise<void> {
      await sql.query(
        `update message
            set wanted = wanted + 1, hasty = wanted + 1,
                not_before = case when attempts = 0 then least(not_before, now()) else not_before end
          where (slot = 'summary' or slot like 'proposal:%')
            and incident_id in (select id from incident where state not in ('resolved', 'closed'))`,
      );
      await sql.query(`select pg_notify(current_schema() || '_message', '')`);
    },

    async now(): Promise<Date> {
      const { rows } = await sql.query<{ now: Date }>(`select clock_timestamp() as now`);
      const [row] = rows;
      if (!row) throw new Error('now: the database gave no time');
      return row.now;
    },
  };
}
