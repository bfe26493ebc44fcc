-- Intake that holds: alerts of every source, recorded in bulk and placed afterwards.

alter table alert
  add column kind text not null default 'operational' check (kind in ('operational','security','cost')),
  -- Whether a source repeats the start of a firing with every message about it.
  add column identified_by text not null default 'start' check (identified_by in ('start','fingerprint'));
-- Where it does not, one firing at a time is all that can be told apart.
create unique index alert_firing_by_fingerprint on alert (source, fingerprint)
  where identified_by = 'fingerprint' and status = 'firing';

-- Whether the placing loop still has to look at it, and why it was kept quiet.
alter table alert
  add column pending boolean not null default false,
  add column quiet_reason text,
  add column quiet_why text;
