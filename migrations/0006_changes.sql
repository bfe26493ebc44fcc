-- What was changed in the configured repositories and flag services, so that nobody has to ask GitHub at night.
create table change (
  id          bigint generated always as identity primary key,
  kind        text not null check (kind in ('commit','pull_request','deploy','flag')),
  repo        text not null,
  key         text not null,
  at          timestamptz not null,
  author      text not null,
  subject     text not null,
  body        text not null,
  -- [{"path": …, "additions": …, "deletions": …, "patch": …}, …]
  files       jsonb not null check (jsonb_typeof(files) = 'array'),
  url         text,
  service     text,
  environment text,
  sha         text,
  flag        jsonb,
  -- False while polling still has to read its details.
  complete    boolean not null,
  unique (kind, repo, key)
);
create index change_lately on change (repo, at);
create index change_incomplete on change (repo, at) where not complete;
create index change_old on change (at);

-- How far each repository was read.
create table change_cursor (
  repo        text primary key,
  -- Everything before it is in the record; null until the first reading came to its end.
  known_until timestamptz,
  -- {"commits": {"url": …, "etag": …}, …}: what need not be sent again.
  etags       jsonb not null default '{}',
  -- What the last reading could not do, in one sentence for people.
  problem     text,
  -- Requests that GitHub still allows until its next reset.
  remaining   int,
  looked_at   timestamptz not null default now()
);

alter table evidence drop constraint evidence_kind_check;
alter table evidence add constraint evidence_kind_check check (kind in ('runbook','commit','deploy','flag','incident','signal'));
