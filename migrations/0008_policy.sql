-- What an action is about, so that its record can be told per service, and how far the policy lets it go. A process of
-- the version before may still write “ask” and “allow” for a moment; they mean “approve” and “auto”.

alter table proposal add column service text not null default '';
alter table proposal drop constraint proposal_policy_effect_check;
update proposal set policy_effect = case policy_effect when 'allow' then 'auto' else 'approve' end;
alter table proposal add constraint proposal_policy_effect_check
  check (policy_effect in ('ask', 'allow', 'suggest', 'approve', 'auto'));
create index proposal_record on proposal ((action->>'tool'), service, created_at);
