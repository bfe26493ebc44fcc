import type { Slot } from '../../incident/thread.ts';
import type { Claim, DueMessage, Outbox, Subject } from '../slack/outbox.ts';
import { SLACK_PACE, type PaceLimits } from '../slack/pace.ts';
import { CLAIMS } from './outbox-claim.ts';
import type { Database } from './sql.ts';

type ClaimRow = { waiting: boolean } & (
  | { id: null }
  | {
      id: string;
      incident_id: number | null;
      bulletin_id: number | null;
      slot: Slot;
      wanted: number;
      channel: string;
      ts: string | null;
      thread_ts: string | null;
      uncertain: boolean;
      attempts: number;
    }
);

/**
 * The outbox in the table `message`. A claim is a lease (`not_before` lies ahead) and a mark (`sending`) that
 * outlives the process which made it; `attempts` and `shown` fence off a claim that a later one has overtaken.
 */
export function createOutbox(db: Database, pace: PaceLimits = SLACK_PACE): Outbox {
  const { reserve, ...rates } = pace;
  const limits = JSON.stringify(Object.entries(rates).map(([kind, rate]) => ({ kind, ...rate })));
  return {
    async claim({ channel, leaseS, lanes }): Promise<Claim> {
      // A claim locks the pace and so waits for the disk, also where it finds nothing; looking does not.
      const look = await db.query<{ due: boolean; waiting: boolean }>(LOOKS[lanes]);
      if (look.rows[0]?.due !== true) return { message: null, waiting: look.rows[0]?.waiting ?? false };
      const { rows } = await db.query<ClaimRow>(CLAIMS[lanes], [channel, limits, reserve, leaseS]);
      const [row] = rows;
      return row && row.id !== null
        ? { message: dueMessage(row) }
        : { message: null, waiting: row?.waiting ?? false };
    },

    async shown(message, ts) {
      const params = [message.id, message.attempts, message.wanted, message.channel, ts];
      const opensThread = message.threadTs === null && ts !== null && ts !== message.ts;
      await db.tx(async (sql) => {
        // Should a crash of the server undo this, the message counts as sent by somebody who did not see the
        // end, and is looked for in Slack.
        await sql.query(`set local synchronous_commit = off`);
        const { rowCount } = await sql.query(SHOWN, params);
        // Whoever asks for a reply locks its root first and then reads where it stands. So these must be two
        // statements: the second sees every reply that was asked for before the first had its lock.
        if (opensThread && rowCount > 0) await sql.query(OPEN_THREAD, [message.id]);
      });
    },

    async skipped(message) {
      await db.query(SKIPPED, [message.id, message.attempts, message.wanted, message.channel]);
    },

    async failed(message, { error, afterS, uncertain }) {
      await db.query(FAILED, [message.id, message.attempts, message.wanted, error, afterS, uncertain]);
    },

    async block(allowance, channel, afterS) {
      await db.query(BLOCK, [allowance, allowance === 'channel' ? channel : '', afterS]);
    },

    async lost(incidentId) {
      await db.tx(async (sql) => {
        await sql.query(
          `update message set ts = null, sending = false, wanted = wanted + 1, not_before = case when attempts = 0 then now() else not_before end
            where incident_id = $1 and slot = 'summary'`,
          [incidentId],
        );
        await sql.query(`update message set thread_ts = null where incident_id = $1 and slot <> 'summary'`, [
          incidentId,
        ]);
      });
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

const WAITING = `exists (select from message where wanted > shown) as waiting`;

const LOOKS = {
  first: `select exists (
            select from message where wanted > shown and not_before <= now() and ts is null and slot = 'summary' and (grave or not held))
          or exists (
            select from message where wanted > shown and not_before <= now() and ts is null and bulletin_id is not null) as due,
          ${WAITING}`,
  all: `select exists (select from message where wanted > shown and not_before <= now()) as due, ${WAITING}`,
} as const;

// Changes that nobody waits for are gathered for some seconds before the message is edited again; a storm's
// message changes with every alert.
const SHOWN = `
  update message
     set shown = $3, channel = $4, ts = coalesce($5, ts), sending = false, attempts = 0, last_error = null, held = false,
         not_before = now() + case when hasty > $3 or $5::text is null then interval '0'
                                   when bulletin_id is null then interval '3 seconds'
                                   else interval '10 seconds' end,
         first_shown_at = coalesce(first_shown_at, case when $5::text is not null or slot = 'postmortem' then now() end)
   where id = $1 and attempts = $2 and shown < $3`;

const OPEN_THREAD = `
  update message reply
     set thread_ts = root.ts, channel = root.channel
    from message root
   where root.id = $1 and root.slot = 'summary'
     and reply.incident_id = root.incident_id and reply.slot <> 'summary'`;

// What was not called costs nothing: the tokens go back.
const SKIPPED = `
  with settled as (
    update message
       set shown = $3, sending = false, attempts = 0, not_before = now(), last_error = null
     where id = $1 and attempts = $2 and shown < $3
    returning ts)
  update slack_pace set tokens = tokens + 1
   where (kind, channel) in (select 'channel', $4 from settled where ts is null
                             union all select 'posts', '' from settled where ts is null
                             union all select 'edits', '' from settled where ts is not null
                             union all select 'storm', '' from settled)`;

const FAILED = `
  update message
     set sending = $6, last_error = $4, not_before = now() + make_interval(secs => $5)
   where id = $1 and attempts = $2 and shown < $3`;

// One token is there when the time has come, and no more: Slack has just shown how little it takes.
const BLOCK = `
  insert into slack_pace (kind, channel, tokens, at, blocked_until)
  values ($1, $2, 1, now() + make_interval(secs => $3), now() + make_interval(secs => $3))
  on conflict (kind, channel) do update
     set tokens = 1, at = greatest(slack_pace.at, excluded.at),
         blocked_until = greatest(slack_pace.blocked_until, excluded.blocked_until)`;

function dueMessage(row: ClaimRow & { id: string }): DueMessage {
  return {
    id: row.id,
    subject: subjectOf(row),
    wanted: row.wanted,
    channel: row.channel,
    ts: row.ts,
    threadTs: row.thread_ts,
    uncertain: row.uncertain,
    attempts: row.attempts,
  };
}

function subjectOf(row: ClaimRow & { id: string }): Subject {
  if (row.bulletin_id !== null) return { kind: 'bulletin', bulletinId: row.bulletin_id };
  if (row.incident_id === null) throw new Error(`message ${row.id} is about nothing`);
  return { kind: 'incident', incidentId: row.incident_id, slot: row.slot };
}
