-- The place of a step in its plan is read from the consent itself, so that no column can say otherwise. Each step is
-- there once at most.
create unique index proposal_of_plan on proposal ((consent->'plan'->>'id'), ((consent->'plan'->>'step')::int))
  where (consent->'plan'->>'id') is not null;
