import type { ClaimOptions } from '../slack/outbox.ts';

// What is due, in lanes from the most urgent to the least, each an index scan that ends at its first row.
// The rows of the pace are locked first, so that claims of several replicas come one after the other and
// none takes a token that another has taken.
//
// Parameters: $1 the channel for new roots, $2 limits as JSON, $3 tokens that replies leave in a channel's
// bucket, $4 the lease in seconds.

const DUE = `m.wanted > m.shown and m.not_before <= now()`;
const OPEN = `(select posts from gate) >= 1 and coalesce(m.channel, $1) <> all((select closed from gate)::text[])`;
const ROOMY = `(select posts from gate) >= 1 and coalesce(m.channel, $1) <> all((select busy from gate)::text[])`;
// Of a storm's few calls the last two are kept for what tells of something new.
const CALM = `(select calls from gate) >= 3`;
const PICKED = `m.id, m.sending, m.ts is null as posts`;
const LOCK = `limit 1 for update of m skip locked`;

// Whoever was just told to wait goes a little slower for a minute: at the exact pace every jitter of the
// network would be another refusal.
const PACE = `
  limits as (
    select kind, "perSecond" as per_second, burst
      from jsonb_to_recordset($2::jsonb) as given(kind text, "perSecond" float8, burst float8)),
  locked as (select kind, channel, tokens, at, blocked_until from slack_pace order by kind, channel for update),
  pace as (
    select kind, channel,
           case when blocked_until > now() then least(tokens, 0)
                else least(burst, tokens + extract(epoch from greatest(now() - at, interval '0'))::float8 * per_second
                                      * case when blocked_until > now() - interval '1 minute' then 0.9 else 1 end)
            end as tokens
      from locked join limits using (kind)),
  gate as (
    select *, case when storm then storm_tokens else 1e9 end as calls, case when storm then full_storm else 0 end as plenty
      from (select coalesce(min(tokens) filter (where kind = 'posts'), 1e9) as posts,
                   coalesce(min(tokens) filter (where kind = 'edits'), 1e9) as edits,
                   coalesce(min(tokens) filter (where kind = 'storm'), 1e9) as storm_tokens,
                   coalesce(array_agg(channel) filter (where kind = 'channel' and tokens < 1), '{}') as closed,
                   coalesce(array_agg(channel) filter (where kind = 'channel' and tokens < 1 + $3::float8), '{}') as busy,
                   exists (select from bulletin where kind = 'storm' and ended_at is null) as storm,
                   (select burst - 0.5 from limits where kind = 'storm') as full_storm
              from pace) as read)`;

const FIRST_LANES = `
  storm as (
    select 1 as lane, ${PICKED} from message m join bulletin b on b.id = m.bulletin_id
     where ${DUE} and m.bulletin_id is not null and m.ts is null and b.kind = 'storm' and ${OPEN} ${LOCK}),
  root as (
    select 2 as lane, ${PICKED} from message m
     where ${DUE} and m.ts is null and m.slot = 'summary' and (m.grave or not m.held) and ${OPEN}
     order by m.grave desc, m.incident_id ${LOCK})`;

const OTHER_LANES = `
  bulletin_due as (
    select 3 as lane, ${PICKED} from message m
     where ${DUE} and m.bulletin_id is not null
       and case when m.ts is null then ${OPEN} else (select edits from gate) >= 1 end
     order by m.bulletin_id ${LOCK}),
  -- One thread after the other, each in the order in which it is read.
  thread as (
    select m.incident_id from message m
     where ${DUE} and m.ts is null and m.thread_ts is not null and ${ROOMY} and ${CALM}
     order by m.grave desc, m.incident_id limit 1),
  reply as (
    select 4 as lane, ${PICKED} from message m left join proposal p on p.incident_id = m.incident_id and m.slot = 'proposal:' || p.id::text
     where m.incident_id = (select incident_id from thread) and ${DUE} and m.ts is null and m.thread_ts is not null
     order by case split_part(m.slot, ':', 1) when 'evidence' then 1 when 'proposal' then 2 when 'outcome' then 3 else 4 end,
              p.undoes is not null, p.rank ${LOCK}),
  hasty_edit as (
    select 5 as lane, ${PICKED} from message m
     where ${DUE} and m.ts is not null and m.bulletin_id is null and m.hasty > m.shown
       and (m.slot = 'summary' or m.thread_ts is not null)
       and (select edits from gate) >= 1 and ${CALM}
     order by m.not_before ${LOCK}),
  held_root as (
    select 6 as lane, ${PICKED} from message m
     where ${DUE} and m.ts is null and m.slot = 'summary' and m.held and not m.grave
       and ${ROOMY} and (select calls >= plenty from gate)
     order by m.incident_id ${LOCK}),
  plain_edit as (
    select 7 as lane, ${PICKED} from message m
     where ${DUE} and m.ts is not null and m.bulletin_id is null and m.hasty <= m.shown
       and (m.slot = 'summary' or m.thread_ts is not null)
       and (select edits from gate) >= 2 and ${CALM}
     order by m.not_before ${LOCK})`;

// A root that was held back costs all that the storm's bucket holds, so that such roots come seconds apart.
const TAKE = `
  charged as (
    insert into slack_pace (kind, channel, tokens, at)
    select kind, charge.channel, greatest(-burst, coalesce(pace.tokens, burst) - cost), now()
      from due join message m on m.id = due.id, gate,
           lateral (values ('channel', coalesce(m.channel, $1), due.posts, 1::float8),
                           ('posts', '', due.posts, 1),
                           ('edits', '', not due.posts, 1),
                           ('storm', '', gate.storm, case when due.lane = 6 then gate.plenty else 1 end)
                   ) as charge(kind, channel, applies, cost)
           join limits using (kind)
           left join pace using (kind, channel)
     where charge.applies
    on conflict (kind, channel) do update
       set tokens = excluded.tokens, at = greatest(slack_pace.at, excluded.at))`;

function claimOf(lanes: string, names: readonly string[]): string {
  const all = names.map((name) => `select * from ${name}`).join(' union all ');
  return `
  with ${PACE}, ${lanes},
  due as (select * from (${all}) as lanes order by lane limit 1), ${TAKE},
  claimed as (
    update message m
       set sending = true, attempts = m.attempts + 1, not_before = now() + make_interval(secs => $4)
      from due
     where m.id = due.id
    returning m.id, m.incident_id, m.bulletin_id, m.slot, m.wanted, coalesce(m.channel, $1) as channel, m.ts, m.thread_ts,
              due.sending as uncertain, m.attempts)
  select claimed.*, (select true from message where wanted > shown order by id limit 1) is not null as waiting
    from (select) as one left join claimed on true`;
}

/**
 * Claim the next message of these lanes; each gives one row, whose `id` is null where nothing may be sent now.
 * That of first messages alone is apart because planning the other lanes takes longer than running them.
 */
export const CLAIMS = {
  first: claimOf(FIRST_LANES, ['storm', 'root']),
  all: claimOf(`${FIRST_LANES},${OTHER_LANES}`, [
    'storm',
    'root',
    'bulletin_due',
    'reply',
    'hasty_edit',
    'held_root',
    'plain_edit',
  ]),
} as const satisfies Record<ClaimOptions['lanes'], string>;
