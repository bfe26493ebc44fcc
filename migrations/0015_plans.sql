-- The place of a step in its plan is read from the consent itself, so that no column can say otherwise. Each step is
-- there once at most.
create unique index proposal_of_plan on proposal ((consent->'plan'->>'id'), ((consent->'plan'->>'step')::int))
  where (consent->'plan'->>'id') is not null;

-- No step begins before its turn, whoever claims it: a process of the version before does not know of plans and would carry
-- out any step that was approved by itself. This version asks the same in the statements that claim and send.
create function refuse_out_of_turn() returns trigger language plpgsql as $$
begin
  if (select count(distinct (p.consent->'plan'->>'step')::int) from proposal p
       where p.consent->'plan'->>'id' = new.consent->'plan'->>'id'
         and (p.consent->'plan'->>'step')::int < (new.consent->'plan'->>'step')::int and p.state = 'succeeded')
     < (new.consent->'plan'->>'step')::int - 1 then
    raise exception 'step % of its plan is not next; a process of the newest version carries plans out', new.consent->'plan'->>'step';
  end if;
  return new;
end $$;
create trigger proposal_in_turn before update of state on proposal for each row
  when (new.state in ('claimed', 'sent') and new.consent->'plan'->>'id' is not null) execute function refuse_out_of_turn();
