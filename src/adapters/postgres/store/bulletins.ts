import type { Bulletin, DeadLetter, Placement, QuietReport } from '../../../incident/bulletin.ts';
import type { Step } from '../../../incident/step.ts';
import type { Sql } from '../sql.ts';
import { wantBulletin } from './messages.ts';
import { readStormReport, type StormData } from './storm-report.ts';

/** Rules that a listing can tell one by one. */
const MOST_RULES = 25;

type BulletinRow = { id: number; openedAt: Date; endedAt: Date | null } & (
  | { kind: 'storm'; data: StormData }
  | { kind: 'digest'; data: DigestData }
  | { kind: 'dead-letter'; data: { letters: Letter[] } }
);
/** Kept as it was when the day was over, because alerts do not stay for ever. Dates are text in JSON. */
type DigestData = { day: string; report: QuietReport };
type Letter = Omit<DeadLetter, 'lastAt'> & { lastAt: string };

export function bulletinStore(sql: Sql) {
  async function quiet(from: Date, to: Date): Promise<QuietReport> {
    const { rows } = await sql.query<QuietReport['rules'][number]>(
      `select name, service, quiet_reason as reason, (array_agg(coalesce(quiet_why, '') order by id desc))[1] as why,
              count(*)::int as count, max(received_at) as "lastAt"
         from alert
        where quiet_reason is not null and received_at >= $1 and received_at < $2
        group by name, service, quiet_reason order by count(*) desc, name limit 1000`,
      [from, to],
    );
    const byReason = await sql.query<{ reason: string; count: number }>(
      `select quiet_reason as reason, count(*)::int as count from alert
        where quiet_reason is not null and received_at >= $1 and received_at < $2
        group by 1 order by 2 desc, 1`,
      [from, to],
    );
    return {
      from,
      to,
      alerts: await placement(sql, from, to),
      reasons: byReason.rows,
      rules: rows.slice(0, MOST_RULES),
    };
  }

  return {
    async bulletin(id: number): Promise<Bulletin | null> {
      const { rows } = await sql.query<BulletinRow>(
        `select id, kind, data, opened_at as "openedAt", ended_at as "endedAt" from bulletin where id = $1`,
        [id],
      );
      const [row] = rows;
      if (!row) return null;
      const { data: _, ...head } = row;
      switch (row.kind) {
        case 'storm':
          return {
            ...head,
            kind: 'storm',
            report: await readStormReport(sql, row.id, row.data, row.endedAt),
          };
        case 'digest':
          return { ...head, kind: 'digest', report: withDates(row.data.report) };
        case 'dead-letter':
          return {
            ...head,
            kind: 'dead-letter',
            letters: row.data.letters.map((letter) => ({ ...letter, lastAt: new Date(letter.lastAt) })),
          };
        default:
          return row satisfies never;
      }
    },

    /** What was kept quiet in the last 24 hours, by the database's clock. */
    async quietLately(): Promise<QuietReport> {
      const { rows } = await sql.query<{ from: Date; to: Date }>(
        `select now() - interval '1 day' as from, now() as to`,
      );
      const [span] = rows;
      if (!span) throw new Error('quietLately: the database gave no time');
      return quiet(span.from, span.to);
    },

    /**
     * Says what was kept quiet in the 24 hours before `now`, once for each day (UTC) however often and from
     * however many replicas it is called. Resolves to whether there was something to say.
     */
    async openDigest(now: Date): Promise<boolean> {
      const report = await quiet(new Date(now.getTime() - 86_400_000), now);
      if (report.alerts.quiet === 0) return false;
      const data: DigestData = { day: now.toISOString().slice(0, 10), report };
      const { rows } = await sql.query<{ id: number }>(
        `insert into bulletin (kind, data, opened_at, ended_at) values ('digest', $1, now(), now())
         on conflict do nothing returning id`,
        [JSON.stringify(data)],
      );
      if (!rows[0]) return false;
      await wantBulletin(sql, rows[0].id, 'now');
      return true;
    },

    /**
     * Says that a step was given up. Within an hour there is one message for all of them, whose counts go up.
     * `step` is what the queue held; what it is about is looked up as far as that is known.
     */
    async noteDead(dead: { queue: string; step: unknown; error: string }): Promise<void> {
      await sql.query(`select pg_advisory_xact_lock(hashtext(current_schema() || '/dead-letter'))`);
      const { rows } = await sql.query<{ id: number; letters: Letter[]; now: Date }>(
        `select id, data->'letters' as letters from bulletin
          where kind = 'dead-letter' and opened_at > now() - interval '1 hour' order by id desc limit 1`,
      );
      const time = await sql.query<{ now: Date }>(`select clock_timestamp() as now`);
      const letter: Letter = {
        queue: dead.queue,
        incidentId: await incidentOf(sql, dead.step),
        error: dead.error.slice(0, 500),
        times: 1,
        lastAt: (time.rows[0]?.now ?? new Date(0)).toISOString(),
      };
      const [open] = rows;
      const letters = JSON.stringify({ letters: merged(open?.letters ?? [], letter) });
      const saved = open
        ? await sql.query<{ id: number }>(`update bulletin set data = $2 where id = $1 returning id`, [
            open.id,
            letters,
          ])
        : await sql.query<{ id: number }>(
            `insert into bulletin (kind, data, ended_at) values ('dead-letter', $1, now()) returning id`,
            [letters],
          );
      if (saved.rows[0]) await wantBulletin(sql, saved.rows[0].id, 'soon');
    },
  };
}

/** Where the alerts of a span of time went. Ids grow with time, so only its own rows are read. */
async function placement(sql: Sql, from: Date, to: Date): Promise<Placement> {
  const { rows } = await sql.query<Placement>(
    `select count(*)::int as total, count(incident_id)::int as "inIncidents", count(quiet_reason)::int as quiet,
            (count(*) - count(incident_id) - count(quiet_reason))::int as unplaced
       from alert
      where id > coalesce((select id from alert where received_at < $1 order by id desc limit 1), 0)
        and received_at >= $1 and received_at < $2 and not tombstone`,
    [from, to],
  );
  return rows[0] ?? { total: 0, inIncidents: 0, quiet: 0, unplaced: 0 };
}

function merged(letters: Letter[], one: Letter): Letter[] {
  const same = letters.find(({ queue, incidentId }) => queue === one.queue && incidentId === one.incidentId);
  return [
    ...letters.filter((letter) => letter !== same).slice(-99),
    { ...one, times: (same?.times ?? 0) + 1 },
  ];
}

async function incidentOf(sql: Sql, step: unknown): Promise<number | null> {
  const { kind, id } = (typeof step === 'object' && step !== null ? step : {}) as Partial<
    Extract<Step, { id: unknown }>
  >;
  if (kind === 'proposal' && typeof id === 'string') {
    const { rows } = await sql.query<{ id: number }>(
      `select incident_id as id from proposal where id::text = $1`,
      [id],
    );
    return rows[0]?.id ?? null;
  }
  return typeof id === 'number' ? id : null;
}

function withDates(report: QuietReport): QuietReport {
  return {
    ...report,
    from: new Date(report.from),
    to: new Date(report.to),
    rules: report.rules.map((rule) => ({ ...rule, lastAt: new Date(rule.lastAt) })),
  };
}
