-- Contents of the journal and the texts of model calls are sealed from here on, so that they can be erased
-- without touching a row of the record (docs/audit.md). Rows from before stay as they are and keep their hashes.

-- One key per incident, and one for what belongs to none; wrapped by a master key that is not in the database.
create table audit_key (
  id           bigint generated always as identity primary key,
  incident_id  bigint references incident,
  wrapped      bytea,
  made_at      timestamptz not null default now(),
  -- Destroyed: what was sealed with it cannot be read any more.
  destroyed_at timestamptz,
  check ((wrapped is null) = (destroyed_at is not null))
);
create unique index audit_key_in_use on audit_key (coalesce(incident_id, 0)) where wrapped is not null;

alter table journal
  -- What joins all entries about one proposal.
  add column proposal  text,
  -- Salted, so that the hash of an erased content tells nothing. Null on rows from before, whose contents are in data.
  add column data_hash text,
  add column sealed    bytea,
  add column key_id    bigint references audit_key,
  alter column data set default '{}';
create index journal_of_proposal on journal (proposal, seq) where proposal is not null;

-- Somebody had everything about it made unreadable.
alter table incident add column erased_at timestamptz;

alter table model_call
  add column sealed bytea,
  add column key_id bigint references audit_key;

-- What a verification came to, for whoever learns from it: the journal's own words are sealed.
alter table proposal
  add column outcome    text check (outcome in ('succeeded','failed','inconclusive')),
  add column outcome_at timestamptz;
update proposal p
   set outcome = j.data->>'outcome', outcome_at = j.at
  from journal j
 where j.incident_id = p.incident_id and j.kind = 'verification.ended' and j.data->>'proposal' = p.id::text;

-- What whoever appends needs, in one round trip: everybody else waits until the transaction ends. The statements
-- of a volatile function see what was committed while it waited.
create function audit_begin(incidents bigint[], out seq bigint, out hash text, out keys jsonb) language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtext(current_schema() || '/audit'));
  select a.seq, a.hash into seq, hash from audit a order by a.seq desc limit 1;
  select jsonb_agg(jsonb_build_object('id', k.id, 'incidentId', k.incident_id, 'wrapped', encode(k.wrapped, 'base64')))
    into keys from audit_key k where coalesce(k.incident_id, 0) = any (incidents) and k.wrapped is not null;
end $$;

-- Signed statements that the chain had this hash at this link; copies stand outside of the database.
create table audit_checkpoint (
  seq       bigint primary key,
  hash      text not null,
  at        timestamptz not null,
  key       text not null,
  signature text not null
);
create trigger audit_checkpoint_append_only before update or delete on audit_checkpoint for each row execute function refuse_change();
create trigger audit_checkpoint_no_truncate before truncate on audit_checkpoint for each statement execute function refuse_change();

-- How far each place has its copies, and since when that fails.
create table audit_place (
  place         text primary key,
  copied_seq    bigint not null default 0,
  copied_at     timestamptz,
  problem       text,
  failing_since timestamptz
);
