-- When the effect of an action was last looked at: what nobody looked at for a while has not held all the time.
alter table proposal add column looked_at timestamptz;
