-- Messages that belong to no incident, and the pace of all messages, shared by every replica.

-- What is said in the channel about more than one incident, or about Sitrep itself: one message each.
create table bulletin (
  id        bigint generated always as identity primary key,
  kind      text not null check (kind in ('storm','digest','dead-letter')),
  data      jsonb not null,
  opened_at timestamptz not null default now(),
  ended_at  timestamptz
);
create index bulletin_of_kind on bulletin (kind, opened_at);
-- One storm at a time, and one digest a day, however many replicas notice.
create unique index bulletin_one_storm on bulletin (kind) where kind = 'storm' and ended_at is null;
create unique index bulletin_one_digest on bulletin ((data->>'day')) where kind = 'digest';

-- The storm that an incident was opened in.
alter table incident add column storm_id bigint references bulletin;
create index incident_of_storm on incident (storm_id) where storm_id is not null;
create index incident_opened on incident (opened_at);

alter table message
  alter column incident_id drop not null,
  add column bulletin_id bigint references bulletin,
  add constraint message_has_one_subject check (num_nonnulls(incident_id, bulletin_id) = 1),
  add constraint message_of_bulletin unique (bulletin_id, slot),
  -- Where the root of a reply stands. Kept here too, so that claiming need not look for it among thousands.
  add column thread_ts text,
  -- Of a critical incident: these come first.
  add column grave boolean not null default false,
  -- A root that waits because a storm is on: its incident is listed in the storm's message.
  add column held boolean not null default false,
  -- The version that somebody should see at once; what is wanted beyond it may wait a moment.
  add column hasty int not null default 0;

update message m
   set thread_ts = root.ts, channel = coalesce(m.channel, root.channel)
  from message root
 where root.incident_id = m.incident_id and root.slot = 'summary' and m.slot <> 'summary';
update message set grave = true
 where incident_id in (select id from incident where severity = 'critical');

-- One index for each kind of thing that can be next, in the order in which it is taken: a claim reads one
-- row of each, however many wait.
create index message_new_root on message (grave desc, incident_id)
  where wanted > shown and ts is null and slot = 'summary' and (grave or not held);
create index message_held_root on message (incident_id)
  where wanted > shown and ts is null and slot = 'summary' and held and not grave;
create index message_new_reply on message (grave desc, incident_id)
  where wanted > shown and ts is null and thread_ts is not null;
create index message_hasty_edit on message (not_before)
  where wanted > shown and ts is not null and bulletin_id is null and hasty > shown;
create index message_plain_edit on message (not_before)
  where wanted > shown and ts is not null and bulletin_id is null and hasty <= shown;
create index message_bulletin on message (bulletin_id) where wanted > shown and bulletin_id is not null;
-- For whether anything waits; without the time, or it would be taken for the edits.
drop index message_due;
create index message_waiting on message (id) where wanted > shown;

-- What is left of each of Slack's allowances: tokens at a moment, refilled by the database's clock. An
-- allowance without a row is full.
create table slack_pace (
  kind          text not null check (kind in ('channel','posts','edits','storm')),
  channel       text not null default '',
  tokens        double precision not null,
  at            timestamptz not null,
  -- Slack has said when to come back.
  blocked_until timestamptz,
  primary key (kind, channel)
);
