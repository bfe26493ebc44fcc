-- Intake that holds: alerts of every source are recorded in bulk and placed afterwards. What is not yet
-- placed is a mark on the alert's own row, so that the row itself is the work that is left.

alter table alert
  add column kind text not null default 'operational' check (kind in ('operational','security','cost')),
  -- Whether a source repeats the start of a firing with every message about it.
  add column identified_by text not null default 'start' check (identified_by in ('start','fingerprint')),
  -- It fired or resolved and nobody has yet seen to what follows from that.
  add column pending boolean not null default true,
  -- Whether its incident counts it as firing.
  add column counted boolean not null default false,
  -- When we were told of its end; ends_at is when the source says that it ended.
  add column ended_at timestamptz,
  add column placing_attempts int not null default 0,
  -- In which order alerts got their place; what correlation remembers is rebuilt in this order.
  add column placed_seq bigint,
  -- Kept quiet: why, as a word to count by and as a sentence for people.
  add column quiet_reason text,
  add column quiet_why text,
  -- Kept quiet, or of an incident, or a tombstone, or still to be placed; never two of these.
  add constraint alert_has_one_place check (quiet_reason is null or (incident_id is null and not tombstone));

update alert set pending = incident_id is null and not tombstone,
                 counted = incident_id is not null and status = 'firing',
                 placed_seq = case when incident_id is not null then id end;

drop index alert_unassigned;
create index alert_pending on alert (placing_attempts, (severity <> 'critical'), id) where pending and not tombstone;
create index alert_firing_of_incident on alert (incident_id) where status = 'firing';
create index alert_placed on alert (placed_seq) where placed_seq is not null;
create index alert_quiet on alert (received_at) where quiet_reason is not null;
create index incident_ended on incident (resolved_at) where state in ('resolved','closed');

-- Where a source does not repeat the start, one firing at a time is all that can be told apart.
create unique index alert_firing_by_fingerprint on alert (source, fingerprint)
  where identified_by = 'fingerprint' and status = 'firing';

-- What has fired in an incident, by rule and service. The counts add up to the incident's alerts, so that
-- nothing has to count the alerts of a storm again.
create table incident_rule (
  incident_id bigint not null references incident,
  name        text not null,
  service     text not null default '',
  firing      int not null,
  total       int not null,
  primary key (incident_id, name, service)
);
insert into incident_rule
  select incident_id, name, coalesce(service, ''), count(*) filter (where status = 'firing'), count(*)
    from alert where incident_id is not null group by 1, 2, 3;

-- When an alert of it last fired or resolved.
alter table incident add column last_change_at timestamptz not null default now();
update incident set last_change_at = coalesce(
  (select max(at) from journal where incident_id = incident.id and kind in ('alert.fired', 'alert.resolved')),
  last_alert_at);

-- What came in, by minute and source: received = fresh + resolved + repeated, and nothing is counted twice.
create table intake (
  minute   timestamptz not null,
  source   text not null,
  received bigint not null,
  fresh    bigint not null,
  resolved bigint not null,
  repeated bigint not null,
  primary key (minute, source)
);

-- Deliveries that were taken, by the id that their source gives them, so that a repeated one changes nothing.
create table delivery (
  source  text not null,
  id      text not null,
  seen_at timestamptz not null default now(),
  primary key (source, id)
);
create index delivery_seen on delivery (seen_at);

-- Who alone may do something at this moment. Held for seconds, by database time, and checked in the very
-- transaction that it protects.
create table lease (
  name   text primary key,
  holder text not null,
  until  timestamptz not null,
  -- Grows whenever the holder changes: what a holder remembers is good for one term.
  term   bigint not null
);
