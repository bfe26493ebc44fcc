-- What the buttons under a card carry: a random token of ours instead of anything that says what it stands for. One per
-- button and content of a card, so that the card may be drawn again; spent for all of them when the proposal is decided.
create table button_token (
  token       text primary key check (length(token) >= 32),
  proposal_id uuid not null references proposal on delete cascade,
  digest      text not null,
  kind        text not null check (kind in ('approve', 'reject', 'undo')),
  made_at     timestamptz not null default now(),
  spent_at    timestamptz,
  unique (proposal_id, digest, kind)
);
