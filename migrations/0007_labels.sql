-- What the shipped model said of an answer when it was found; labels are joined to it.
alter table evidence add column confidence jsonb;

-- What people said of an answer: the first runbook, the first suspect, a diagnosis or a fix.
-- Whether an executed fix has helped is no row here: its verification says so in the journal.
create table label (
  id           bigint generated always as identity primary key,
  incident_id  bigint not null references incident,
  kind         text not null check (kind in ('runbook', 'culprit', 'incident', 'fix')),
  evidence_id  bigint references evidence,
  proposal_id  uuid references proposal,
  verdict      text not null check (verdict in ('right', 'wrong', 'none')),
  -- Null where the answer carried no confidence: then it counts for nothing but stays on record.
  features     jsonb,
  shipped      double precision,
  said_by      text not null,
  said_at      timestamptz not null default now(),
  -- When the same person said something else or took it back.
  retracted_at timestamptz,
  check ((evidence_id is null) <> (proposal_id is null))
);
-- One live label per person and answer.
create unique index label_of_evidence on label (evidence_id, said_by) where retracted_at is null and evidence_id is not null;
create unique index label_of_proposal on label (proposal_id, said_by) where retracted_at is null and proposal_id is not null;
create index label_live on label (kind, said_at) where retracted_at is null;

-- The workspace's own correction of the shipped confidences, fitted from the labels; every process reads this one.
create table recalibration (
  kind       text primary key check (kind in ('runbook', 'culprit', 'incident', 'fix')),
  version    int not null,
  shift      double precision not null,
  slope      double precision not null,
  covariance jsonb not null,
  labels     int not null,
  -- The youngest labelled answers, as far as a card's record counts them.
  answers    jsonb not null,
  fitted_at  timestamptz not null default now()
);
