-- The whole schema of the first version. Times are the database's; every state change is one row
-- change here plus one row in journal, audit and message, in the same transaction.

create table incident (
  id            bigint generated always as identity primary key,
  state         text not null default 'open'
                check (state in ('open','triaging','awaiting','mitigating','monitoring','resolved','closed')),
  title         text not null,
  service       text,
  services      text[] not null default '{}',
  severity      text not null check (severity in ('critical','warning','info')),
  opened_at     timestamptz not null default now(),
  last_alert_at timestamptz not null default now(),
  resolved_at   timestamptz
);
create index incident_ongoing on incident (state) where state not in ('resolved','closed');

create table alert (
  id           bigint generated always as identity primary key,
  source       text not null,
  fingerprint  text not null,
  starts_at    timestamptz not null,
  status       text not null check (status in ('firing','resolved')),
  ends_at      timestamptz,
  name         text not null,
  service      text,
  severity     text not null check (severity in ('critical','warning','info')),
  summary      text not null,
  description  text not null,
  labels       jsonb not null,
  annotations  jsonb not null,
  link         text,
  received_at  timestamptz not null default now(),
  incident_id  bigint references incident,
  -- A resolve that came before its firing: remembered, so that the late firing opens nothing.
  tombstone    boolean not null default false,
  unique (source, fingerprint, starts_at)
);
create index alert_of_incident on alert (incident_id);
create index alert_unassigned on alert (id) where incident_id is null and not tombstone;

create table passage (
  id        bigint generated always as identity primary key,
  path      text not null,
  position  int not null,
  title     text not null,
  heading   text not null,
  body      text not null,
  services  text[] not null,
  alerts    text[] not null,
  actions   jsonb not null,
  file_hash text not null,
  words     tsvector not null,
  embedding vector(256) not null,
  unique (path, position)
);
create index passage_words on passage using gin (words);

create table evidence (
  id          bigint generated always as identity primary key,
  incident_id bigint not null references incident,
  kind        text not null check (kind in ('runbook','commit','deploy','incident','signal')),
  title       text not null,
  quote       text not null,
  link        text,
  why         text not null,
  score       double precision not null,
  about       jsonb not null,
  -- Whether the latest look found it; what it no longer finds stays, because proposals cite it.
  current     boolean not null default true,
  found_at    timestamptz not null default now()
);
create index evidence_of_incident on evidence (incident_id);

create table hypothesis (
  id               bigint generated always as identity primary key,
  incident_id      bigint not null references incident,
  statement        text not null,
  verdict          text not null check (verdict in ('supported','refuted','open')),
  evidence_for     bigint[] not null,
  evidence_against bigint[] not null,
  by               text not null check (by in ('rules','model'))
);
create index hypothesis_of_incident on hypothesis (incident_id);

create table proposal (
  id              uuid primary key,
  incident_id     bigint not null references incident,
  state           text not null default 'proposed'
                  check (state in ('proposed','approved','rejected','expired','superseded','claimed','sent','confirmed',
                                   'unknown','verifying','succeeded','failed','inconclusive','reverted')),
  rank            int not null,
  title           text not null,
  action          jsonb not null,
  inverse         jsonb,
  risk            text not null check (risk in ('low','medium','high')),
  confidence      jsonb not null,
  score           double precision not null,
  reasons_for     jsonb not null,
  reasons_against jsonb not null,
  consent         jsonb not null,
  digest          text not null,
  policy_rule     text not null,
  policy_effect   text not null check (policy_effect in ('allow','ask')),
  requested_by    text not null,
  undoes          uuid references proposal,
  decided_by      text,
  decided_at      timestamptz,
  decision_reason text,
  expires_at      timestamptz not null,
  created_at      timestamptz not null default now(),
  effect_at       timestamptz,
  -- Since when, without a break, everything that the predicate names has been true.
  healthy_since   timestamptz
);
create index proposal_of_incident on proposal (incident_id);

-- A person counts once per proposal; a proposal that needs two approvals has two rows here.
create table approval (
  proposal_id uuid not null references proposal,
  person      text not null,
  digest      text not null,
  given_at    timestamptz not null default now(),
  primary key (proposal_id, person)
);

-- The primary key is what makes an approval single-use: one execution per proposal, ever.
create table execution (
  proposal_id uuid primary key references proposal,
  claimed_at  timestamptz not null default now(),
  -- Until then nobody else may look after this execution: its holder may still be at work.
  lease_until timestamptz not null,
  sent_at     timestamptz,
  ended_at    timestamptz,
  request     text,
  result      text
);

create table journal (
  seq         bigint generated always as identity primary key,
  at          timestamptz not null,
  incident_id bigint references incident,
  actor       text not null,
  kind        text not null,
  data        jsonb not null
);
create index journal_of_incident on journal (incident_id, seq);

-- Link n covers its journal entry by hash and the link before it; contents can be erased without
-- breaking the chain, but not changed, inserted, swapped or removed from the middle.
create table audit (
  seq          bigint primary key,
  journal_seq  bigint not null unique,
  content_hash text not null,
  previous     text not null,
  hash         text not null
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger journal_append_only before update or delete on journal for each row execute function refuse_change();
create trigger audit_append_only before update or delete on audit for each row execute function refuse_change();
create trigger journal_no_truncate before truncate on journal for each statement execute function refuse_change();
create trigger audit_no_truncate before truncate on audit for each statement execute function refuse_change();

-- The outbox. One row per place in a thread; what it shows is rendered from the state at the moment of
-- sending, so the latest state wins over history. `wanted` above `shown` means there is something to send.
create table message (
  id          uuid primary key default gen_random_uuid(),
  incident_id bigint not null references incident,
  slot        text not null,
  wanted      int not null default 1,
  shown       int not null default 0,
  channel     text,
  ts          text,
  -- Set before a send and cleared after it: a send whose end nobody saw is looked up before it is repeated.
  sending     boolean not null default false,
  attempts    int not null default 0,
  not_before  timestamptz not null default now(),
  last_error  text,
  first_shown_at timestamptz,
  unique (incident_id, slot)
);
create index message_due on message (not_before) where wanted > shown;

create table postmortem (
  incident_id bigint primary key references incident,
  markdown    text not null,
  drafted_at  timestamptz not null default now()
);

create table setting (
  name  text primary key,
  value jsonb not null
);

-- Requests from Slack that were already handled, by the hash of their signature: a replay changes nothing.
create table slack_request (
  signature_hash text primary key,
  seen_at        timestamptz not null default now()
);

-- What each call to a model cost and said; contents stand apart from the chain so that they can be erased.
create table model_call (
  id          bigint generated always as identity primary key,
  incident_id bigint not null references incident,
  at          timestamptz not null default now(),
  model       text not null,
  tokens      int not null,
  prompt      text not null,
  answer      text not null
);
