import type { Haste, Slot } from '../../../incident/thread.ts';
import type { Sql } from '../sql.ts';

/** A message that has to show something new. */
export type Want = { incidentId: number; slot: Slot; haste: Haste };

/**
 * Has messages shown anew: the outbox's only way in for incidents. To be called in the transaction that
 * changes what they show.
 */
export async function wantShown(sql: Sql, wants: Want[]): Promise<void> {
  if (wants.length === 0) return;
  const roots = wants.filter((want) => want.slot === 'summary');
  const replies = wants.filter((want) => want.slot !== 'summary');
  // Roots first, in statements of their own: they wait for whoever is just posting one of them, so that the
  // next one sees where it stands.
  if (roots.length > 0) await sql.query(WANT, [rowsOf(roots)]);
  const wanted = new Set(roots.map((root) => root.incidentId));
  const others = replies.map((reply) => reply.incidentId).filter((id) => !wanted.has(id));
  if (others.length > 0) await sql.query(LOCK_ROOTS, [others]);
  if (replies.length > 0) await sql.query(WANT, [rowsOf(replies)]);
  await ring(sql);
}

/** Has the message of a bulletin shown, or shown anew; at once where somebody waits for the change. */
export async function wantBulletin(sql: Sql, bulletinId: number, haste: 'soon' | 'now'): Promise<void> {
  await sql.query(
    `insert into message (bulletin_id, slot, hasty) values ($1, 'bulletin', 1)
     on conflict (bulletin_id, slot) do update
        set wanted = message.wanted + 1,
            hasty = case when $2 then message.wanted + 1 else message.hasty end,
            not_before = case when $2 and message.attempts = 0 then least(message.not_before, now()) else message.not_before end`,
    [bulletinId, haste === 'now'],
  );
  await ring(sql);
}

/** Wakes whoever delivers messages, when the transaction has committed. */
async function ring(sql: Sql): Promise<void> {
  await sql.query(`select pg_notify(current_schema() || '_message', '')`);
}

function rowsOf(wants: Want[]): string {
  return JSON.stringify(
    wants.map(({ incidentId, slot, haste }) => ({
      incident_id: incidentId,
      slot,
      hasty: haste !== 'soon',
      asked: haste === 'asked',
    })),
  );
}

const LOCK_ROOTS = `
  select from message where incident_id = any($1::bigint[]) and slot = 'summary' order by incident_id for no key update`;

// A message that was claimed and is not yet settled keeps its time: it is a lease, or a pause after a failure.
const WANT = `
  insert into message (incident_id, slot, hasty, grave, thread_ts, channel)
  select given.incident_id, given.slot, given.hasty::int, incident.severity = 'critical', root.ts, root.channel
    from (select incident_id, slot, bool_or(hasty) as hasty
            from jsonb_to_recordset($1) as given(incident_id bigint, slot text, hasty boolean, asked boolean) group by 1, 2) as given
    join incident on incident.id = given.incident_id
    left join message root on root.incident_id = given.incident_id and root.slot = 'summary' and given.slot <> 'summary'
   order by 1, 2
  on conflict (incident_id, slot) do update
     set wanted = message.wanted + 1,
         grave = excluded.grave,
         hasty = case when excluded.hasty > 0 then message.wanted + 1 else message.hasty end,
         not_before = case when excluded.hasty > 0 and message.attempts = 0 then least(message.not_before, now())
                           else message.not_before end,
         held = message.held and not exists (
           select from jsonb_to_recordset($1) as given(incident_id bigint, asked boolean)
            where given.incident_id = message.incident_id and given.asked)`;
