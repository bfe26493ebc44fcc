-- Searches are for some kinds of documents. Where those are few, they are read from here.
create index document_kind on document (kind);

-- Ranking goes by how many documents have a term anywhere; in how many names it stands is not asked any more. The column
-- stays until no process of the version before can run beside this one.
alter table term alter column named set default 0;

-- What a source dated in the future was found by no incident and forgotten never.
update change set at = now() where at > now() + interval '5 minutes';

-- When each source was last read whole, which doctor tells.
create table knowledge_reading (
  source  text primary key,
  read_at timestamptz not null
);
