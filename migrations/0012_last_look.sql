-- When the effect of an action was last looked at: between two looks that are far apart nobody knows what held.
alter table proposal add column looked_at timestamptz;
