import type { OutsideStop, Stopped } from '../../../incident/stop.ts';
import type { Sql } from '../sql.ts';
import { isOrdered } from './undo-orders.ts';

/** The switch as it stands in the database; a version before this one names no order. */
type Pulled = { by: string; why: string; order?: string | null };

// Whoever begins a write holds the switch where it is until that is committed; whoever pulls it waits for that. So
// a commit of the switch comes before or after the commit of an intent, never in the middle of one.
export const HOLD_SWITCH = `select pg_advisory_xact_lock_shared(hashtext(current_schema() || '/switch'))`;
const MOVE_SWITCH = `select pg_advisory_xact_lock(hashtext(current_schema() || '/switch'))`;

export function settingStore(sql: Sql, outsideStop: () => OutsideStop | null) {
  async function pulled(): Promise<Pulled | null> {
    const { rows } = await sql.query<{ value: Pulled | null }>(
      `select value from setting where name = 'stopped'`,
    );
    return rows[0]?.value ?? null;
  }

  async function listedBy(order: string): Promise<string[]> {
    const { rows } = await sql.query<{ undoes: string }>(
      `select undoes from undo_order_item i join undo_order o on o.id = i.order_id
        where o.id::text = $1 and o.passes and i.withheld is null order by place`,
      [order],
    );
    return rows.map((row) => row.undoes);
  }

  return {
    async stopped(proposalId?: string): Promise<Stopped | null> {
      const outside = outsideStop();
      // What lets nothing pass asks no database: it must hold while that is away.
      if (outside?.order === null) return { by: 'sitrep', why: outside.why, isOutside: true, undoing: [] };
      const row = await pulled();
      const stop = outside
        ? { by: 'sitrep', why: outside.why, isOutside: true }
        : row && { by: row.by, why: row.why };
      if (!stop) return null;
      const orders = [...(outside ? [outside.order] : []), ...(row ? [row.order ?? null] : [])];
      const [order = null] = orders;
      if (order === null || orders.some((other) => other !== order)) return { ...stop, undoing: [] };
      if (proposalId !== undefined) {
        const passes = await sql.query(`select from proposal where id::text = $1 and ${isOrdered('$2')}`, [
          proposalId,
          order,
        ]);
        if (passes.rowCount === 1) return null;
      }
      return { ...stop, undoing: await listedBy(order) };
    },

    async lockSwitch(): Promise<{ order: string | null; why: string | null }> {
      await sql.query(MOVE_SWITCH);
      const row = await pulled();
      return { order: row?.order ?? null, why: row?.why ?? null };
    },

    async setStopped(stopped: Pulled | null): Promise<void> {
      await sql.query(MOVE_SWITCH);
      const value = stopped && { by: stopped.by, why: stopped.why, order: stopped.order ?? null };
      await sql.query(
        `insert into setting (name, value) values ('stopped', $1) on conflict (name) do update set value = excluded.value`,
        [JSON.stringify(value)],
      );
      // Whoever sends once more what was sent before must know of it, also when it is released by then.
      if (stopped)
        await sql.query(
          `insert into setting (name, value) values ('last-stop', to_jsonb(clock_timestamp()))
           on conflict (name) do update set value = excluded.value`,
        );
    },

    /** Has every thread that is open, and every card that waits for people, show anew what it says of the switch. */
    async showSwitch(): Promise<void> {
      await sql.query(
        `update message
            set wanted = wanted + 1, hasty = wanted + 1,
                not_before = case when attempts = 0 then least(not_before, now()) else not_before end
          where ((slot = 'summary' or slot like 'proposal:%')
              and incident_id in (select id from incident where state not in ('resolved', 'closed')))
             or slot in (select 'proposal:' || id from proposal where state = 'proposed')`,
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
