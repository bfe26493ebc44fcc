-- What a stop lists to be undone: who asked, when, and which actions. While that stop holds, the undo of exactly these may
-- be approved and run where `passes` says so. A process of the version before lets nothing pass.
create table undo_order (
  id       uuid primary key,
  asked_by text not null check (asked_by <> ''),
  asked_at timestamptz not null default now(),
  why      text not null,
  passes   boolean not null
);

create table undo_order_item (
  order_id   uuid not null references undo_order on delete cascade,
  -- The newest effect first.
  place      int not null,
  undoes     uuid not null references proposal on delete cascade,
  -- The inverse, frozen: at once, or when the action that was under way has been read back.
  action     jsonb,
  -- When its undo was offered, or given up for the reason beside it.
  settled_at timestamptz,
  -- Why it is not offered; it may be tried again while `settled_at` is null.
  withheld   text,
  primary key (order_id, undoes)
);
create index undo_order_item_undoes on undo_order_item (undoes);
