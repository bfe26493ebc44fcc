import type { Slot } from '../../incident/thread.ts';
import type { DueMessage, Outbox } from '../slack/outbox.ts';
import type { Database } from './sql.ts';

type DueRow = {
  id: string;
  incident_id: number | string;
  slot: Slot;
  wanted: number;
  channel: string;
  ts: string | null;
  thread_ts: string | null;
  uncertain: boolean;
  attempts: number;
};

/**
 * The outbox in the table `message`. A claim is a lease (`not_before` lies ahead) and a mark (`sending`) that
 * outlives the process which made it; `attempts` and `shown` fence off a claim that a later one has overtaken.
 */
export function createOutbox(db: Database): Outbox {
  return {
    async claim({ channel, busyChannels, leaseS }) {
      const { rows } = await db.query<DueRow>(CLAIM, [channel, busyChannels, leaseS]);
      const row = rows[0];
      return row ? dueMessage(row) : null;
    },

    async shown(message, ts) {
      await db.query(SHOWN, [message.id, message.attempts, message.wanted, message.channel, ts]);
    },

    async failed(message, { error, afterS, uncertain }) {
      await db.query(FAILED, [message.id, message.attempts, message.wanted, error, afterS, uncertain]);
    },

    async lost(incidentId, slot) {
      await db.query(
        'update message set ts = null, sending = false, wanted = wanted + 1 where incident_id = $1 and slot = $2',
        [incidentId, slot],
      );
    },

    async want(incidentId, slot) {
      await db.query(
        'update message set wanted = wanted + 1 where incident_id = $1 and slot = $2 and wanted = shown',
        [incidentId, slot],
      );
    },

    async wantUnposted(incidentId, slots) {
      const { rowCount } = await db.query(
        `update message set wanted = wanted + 1
          where incident_id = $1 and slot = any($2::text[]) and wanted = shown and ts is null`,
        [incidentId, slots],
      );
      return rowCount;
    },

    async onNew(fn) {
      return db.listen(`${db.schema}_message`, fn, fn);
    },
  };
}

// What was never posted comes first and roots before all: a new incident must not wait behind the edits of an
// old one. `attempts` counts up with each claim, so that a claim can be told from the one that overtook it.
const CLAIM = `
  with due as (
    select m.id, m.sending, coalesce(m.channel, root.channel, $1) as channel, root.ts as thread_ts
      from message m
      left join message root on root.incident_id = m.incident_id and root.slot = 'summary' and m.slot <> 'summary'
      left join proposal p on m.slot = 'proposal:' || p.id::text
     where m.wanted > m.shown
       and m.not_before <= now()
       and (m.slot = 'summary' or root.ts is not null)
       and coalesce(m.channel, root.channel, $1) <> all($2::text[])
     order by m.ts is not null,
              m.slot <> 'summary',
              m.incident_id,
              case split_part(m.slot, ':', 1) when 'evidence' then 1 when 'proposal' then 2 when 'outcome' then 3 else 4 end,
              p.undoes is not null,
              p.rank
     limit 1
       for update of m skip locked)
  update message m
     set sending = true, attempts = m.attempts + 1, not_before = now() + make_interval(secs => $3)
    from due
   where m.id = due.id
  returning m.id, m.incident_id, m.slot, m.wanted, due.channel, m.ts, due.thread_ts, due.sending as uncertain, m.attempts`;

const SHOWN = `
  update message
     set shown = $3, channel = $4, ts = coalesce($5, ts), sending = false, attempts = 0, not_before = now(), last_error = null,
         first_shown_at = coalesce(first_shown_at, case when $5::text is not null or slot = 'postmortem' then now() end)
   where id = $1 and attempts = $2 and shown < $3`;

const FAILED = `
  update message
     set sending = $6, last_error = $4, not_before = now() + make_interval(secs => $5)
   where id = $1 and attempts = $2 and shown < $3`;

function dueMessage(row: DueRow): DueMessage {
  return {
    id: row.id,
    incidentId: Number(row.incident_id),
    slot: row.slot,
    wanted: row.wanted,
    channel: row.channel,
    ts: row.ts,
    threadTs: row.thread_ts,
    uncertain: row.uncertain,
    attempts: row.attempts,
  };
}
