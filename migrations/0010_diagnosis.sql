-- What the signs of a live incident say of it as a whole: where it began, who is affected, what would help.
alter table evidence drop constraint evidence_kind_check;
alter table evidence add constraint evidence_kind_check
  check (kind in ('runbook','commit','deploy','flag','incident','signal','diagnosis'));
