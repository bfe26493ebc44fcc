import type { Alert } from '../../../incident/alert.ts';
import type { Batch, Recorded } from '../../../receive/receive.ts';
import type { Sql } from '../sql.ts';
import { changeStore } from './changes.ts';
import { inRuns, keyOf, type Numbered } from './intake-runs.ts';

/** What became of each alert, by its number. */
type Outcomes = Map<number, 'fresh' | 'resolved'>;

export function intakeStore(sql: Sql) {
  return {
    async recordDeliveries(batches: Batch[]): Promise<Recorded[]> {
      const known = await repeatedDeliveries(batches);
      await changeStore(sql).putChanges(
        batches.flatMap(({ changes = [] }, batch) => (known.has(batch) ? [] : changes)),
      );
      const numbered: Numbered[] = [];
      for (const [batch, { alerts }] of batches.entries()) {
        if (known.has(batch)) continue;
        for (const alert of alerts) numbered.push({ number: numbered.length, batch, alert });
      }
      await lockFingerprints(numbered);
      const outcomes: Outcomes = new Map();
      for (const run of inRuns(numbered)) {
        await insertFiring(run, outcomes);
        await recordResolved(run, outcomes);
      }
      const recorded = batches.map((batch): Recorded => ({
        fresh: 0,
        resolved: 0,
        repeated: batch.alerts.length,
      }));
      for (const { number, batch } of numbered) {
        const outcome = outcomes.get(number);
        const counts = recorded[batch];
        if (!outcome || !counts) continue;
        counts[outcome] += 1;
        counts.repeated -= 1;
      }
      await count(batches, recorded);
      return recorded;
    },
  };

  /** The places of deliveries that came before. Only sources that number their deliveries have any. */
  async function repeatedDeliveries(batches: Batch[]): Promise<Set<number>> {
    const withId = batches.flatMap(({ source, deliveryId }, batch) =>
      deliveryId === null ? [] : [{ source, id: deliveryId, batch }],
    );
    if (withId.length === 0) return new Set();
    const { rows } = await sql.query<{ source: string; id: string }>(
      `with forgotten as (delete from delivery where seen_at < now() - interval '3 days')
       insert into delivery (source, id)
       select distinct source, id from jsonb_to_recordset($1) as given(source text, id text) order by 1, 2
       on conflict do nothing returning source, id`,
      [JSON.stringify(withId)],
    );
    const fresh = new Set(rows.map(({ source, id }) => JSON.stringify([source, id])));
    // Within the group the first one counts.
    return new Set(
      withId.flatMap(({ source, id, batch }) => (fresh.delete(JSON.stringify([source, id])) ? [] : [batch])),
    );
  }

  // Where no start tells two firings apart, a resolve must not look past a firing that is being committed.
  async function lockFingerprints(alerts: Numbered[]): Promise<void> {
    const keys = alerts.flatMap(({ alert }) => (alert.identifiedBy === 'fingerprint' ? [keyOf(alert)] : []));
    if (keys.length === 0) return;
    await sql.query(
      // In a bounded number of buckets: a server has room for so many locks and no more.
      `select pg_advisory_xact_lock(hashtext(current_schema() || '/signal'), bucket) from (
         select distinct hashtext(key) & 255 as bucket from unnest($1::text[]) as key order by 1) as ordered`,
      [keys],
    );
  }

  async function insertFiring(run: Numbered[], outcomes: Outcomes): Promise<void> {
    const firing = run.filter(({ alert }) => alert.status === 'firing');
    if (firing.length === 0) return;
    const given = JSON.stringify(firing.map(({ alert }) => rowOf(alert)));
    const { rows } = await sql.query<KeyRow>(
      `insert into alert (${COLUMNS}, status, ends_at, tombstone, pending)
       select ${COLUMNS}, case when late then 'resolved' else 'firing' end, case when late then starts_at end, late, not late
         from (select given.*, given.identified_by = 'fingerprint' and ${LATE} as late
                 from ${GIVEN}) as judged
        order by source, fingerprint, starts_at
       on conflict do nothing returning ${KEY}`,
      [given],
    );
    note(firing, rows, 'fresh', outcomes);
    const known = firing.filter(({ number }) => !outcomes.has(number));
    if (known.length > 0) await recordNews(known, outcomes);
  }

  /**
   * What a message about a known firing may bring all the same: that it has become graver, or that it fires
   * although its end was recorded minutes ago, which no repetition explains.
   */
  async function recordNews(known: Numbered[], outcomes: Outcomes): Promise<void> {
    const { rows } = await sql.query<KeyRow>(
      `update alert
          set severity = case when ${GRAVER} then given.severity else alert.severity end,
              summary = given.summary, status = 'firing', ends_at = null, ended_at = null, pending = true
         from ${GIVEN}
        where alert.source = given.source and alert.fingerprint = given.fingerprint and not alert.tombstone
          and ((alert.starts_at = given.starts_at and alert.status = 'resolved' and alert.ended_at < now() - interval '2 minutes'
                and given.identified_by = 'start')
            or (alert.status = 'firing' and ${GRAVER}
                and (alert.starts_at = given.starts_at or given.identified_by = 'fingerprint')))
       returning given.source, given.fingerprint, given.starts_at as "startsAt"`,
      [JSON.stringify(known.map(({ alert }) => rowOf(alert)))],
    );
    note(known, rows, 'fresh', outcomes);
  }

  // The tombstone first: where the firing is being committed elsewhere this waits for it, and the update
  // then sees it.
  async function recordResolved(run: Numbered[], outcomes: Outcomes): Promise<void> {
    const resolved = run.filter(({ alert }) => alert.status === 'resolved');
    if (resolved.length === 0) return;
    const given = JSON.stringify(resolved.map(({ alert }) => rowOf(alert)));
    const insertTombstones = async (condition: string) =>
      sql.query<KeyRow>(
        `insert into alert (${COLUMNS}, status, ends_at, tombstone, pending)
         select ${COLUMNS}, 'resolved', least(coalesce(given_ends_at, now()), now()), true, false from ${GIVEN} where ${condition}
          order by source, fingerprint, starts_at
         on conflict do nothing returning ${KEY}`,
        [given],
      );
    const tombstones = await insertTombstones(`identified_by = 'start'`);
    note(resolved, tombstones.rows, 'resolved', outcomes);
    const ended = await sql.query<KeyRow>(
      `update alert
          set status = 'resolved', ends_at = least(coalesce(given.given_ends_at, now()), now()), ended_at = now(), pending = true
         from ${GIVEN}
        where alert.source = given.source and alert.fingerprint = given.fingerprint and alert.status = 'firing'
          and case when given.identified_by = 'start' then alert.starts_at = given.starts_at
                   else alert.starts_at <= given.starts_at end
       returning given.source, given.fingerprint, given.starts_at as "startsAt"`,
      [given],
    );
    note(resolved, ended.rows, 'resolved', outcomes);
    const unseen = resolved.filter(
      ({ number, alert }) => alert.identifiedBy === 'fingerprint' && !outcomes.has(number),
    );
    if (unseen.length === 0) return;
    const late = await sql.query<KeyRow>(
      // Some sources tell of every success, whether anything was wrong before or not: one tombstone a signal
      // is kept, that of its latest end.
      `with moved as (
         update alert set starts_at = given.starts_at, ends_at = least(given.starts_at, now()) from ${GIVEN}
          where alert.source = given.source and alert.fingerprint = given.fingerprint and alert.tombstone
            and alert.identified_by = 'fingerprint' and not ${OVER}
            and alert.id = (select id from alert old where old.source = given.source and old.fingerprint = given.fingerprint
                               and old.tombstone order by old.starts_at desc limit 1)
         returning alert.source, alert.fingerprint, alert.starts_at as "startsAt"),
       added as (
         insert into alert (${COLUMNS}, status, ends_at, tombstone, pending)
         select ${COLUMNS}, 'resolved', least(starts_at, now()), true, false from ${GIVEN}
          where not ${OVER} and not exists (select from alert past where past.source = given.source
                                               and past.fingerprint = given.fingerprint and past.tombstone)
         on conflict do nothing returning ${KEY})
       select * from moved union all select * from added`,
      [JSON.stringify(unseen.map(({ alert }) => rowOf(alert)))],
    );
    note(unseen, late.rows, 'resolved', outcomes);
  }

  /** Counts what came in. */
  async function count(batches: Batch[], recorded: Recorded[]): Promise<void> {
    const bySource = new Map<string, Recorded>();
    for (const [index, { source }] of batches.entries()) {
      const sum = bySource.get(source) ?? { fresh: 0, resolved: 0, repeated: 0 };
      const one = recorded[index];
      if (!one) continue;
      sum.fresh += one.fresh;
      sum.resolved += one.resolved;
      sum.repeated += one.repeated;
      bySource.set(source, sum);
    }
    const rows = [...bySource].map(([source, counts]) => ({ source, ...counts }));
    await sql.query(
      `insert into intake (minute, source, received, fresh, resolved, repeated)
       select date_trunc('minute', now()), source, fresh + resolved + repeated, fresh, resolved, repeated
           from jsonb_to_recordset($1) as given(source text, fresh int, resolved int, repeated int) order by source
         on conflict (minute, source) do update
            set received = intake.received + excluded.received, fresh = intake.fresh + excluded.fresh,
                resolved = intake.resolved + excluded.resolved, repeated = intake.repeated + excluded.repeated`,
      [JSON.stringify(rows)],
    );
  }
}

type KeyRow = { source: string; fingerprint: string; startsAt: Date };

const KEY = `source, fingerprint, starts_at as "startsAt"`;

const COLUMNS = `source, fingerprint, starts_at, identified_by, kind, name, service, severity, summary, description,
  labels, annotations, link`;

const GIVEN = `jsonb_to_recordset($1) as given(source text, fingerprint text, starts_at timestamptz, identified_by text,
  kind text, name text, service text, severity text, summary text, description text, labels jsonb, annotations jsonb,
  link text, given_ends_at timestamptz)`;

const GRAVER = `array_position(array['info', 'warning', 'critical'], given.severity)
                > array_position(array['info', 'warning', 'critical'], alert.severity)`;

/** Whether an end is known that is later than what is given. */
const LATE = `exists (select from alert past where past.source = given.source and past.fingerprint = given.fingerprint
                         and past.ends_at > given.starts_at)`;

/** Whether an end is known that is no earlier than what is given. */
const OVER = `exists (select from alert past where past.source = given.source and past.fingerprint = given.fingerprint
                         and past.ends_at >= given.starts_at)`;

function rowOf(alert: Alert): object {
  const { startsAt, identifiedBy, endsAt, ...same } = alert;
  return { ...same, starts_at: startsAt, identified_by: identifiedBy, given_ends_at: endsAt };
}

function note(run: Numbered[], rows: KeyRow[], outcome: 'fresh' | 'resolved', outcomes: Outcomes): void {
  const keyOfRow = (key: KeyRow) => `${key.startsAt.getTime()}/${keyOf(key)}`;
  const changed = new Set(rows.map(keyOfRow));
  for (const { number, alert } of run) if (changed.has(keyOfRow(alert))) outcomes.set(number, outcome);
}
