-- What people want hushed for a while. A row is never deleted, and only its early end is ever added to it;
-- that somebody added or ended it also stands in the journal, and so in the audit chain.
create table silence (
  id         bigint generated always as identity primary key,
  -- [{"field": …, "pattern": …}, …]; all must hold.
  matchers   jsonb not null check (jsonb_typeof(matchers) = 'array' and jsonb_array_length(matchers) > 0),
  starts_at  timestamptz not null,
  ends_at    timestamptz not null check (ends_at > starts_at and ends_at <= starts_at + interval '720 hours'),
  created_by text not null check (created_by <> ''),
  why        text not null check (why <> ''),
  critical   boolean not null,
  ended_by   text,
  ended_at   timestamptz,
  created_at timestamptz not null default now(),
  check ((ended_by is null) = (ended_at is null))
);
create index silence_not_ended on silence (ends_at) where ended_at is null;
create index alert_hushed on alert (id) where status = 'firing' and quiet_reason in ('silenced', 'maintenance');
