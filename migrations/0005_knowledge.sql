-- What evidence may quote. Runbooks are read again at every start, so what the old table held need not move.
drop table passage;

create table document (
  id            int generated always as identity primary key,
  source        text not null,
  path          text not null,
  kind          text not null check (kind in ('runbook','postmortem','incident','service')),
  title         text not null,
  link          text,
  services      text[] not null,
  alerts        text[] not null,
  actions       jsonb not null,
  -- Of the content that it was read from.
  hash          text not null,
  -- The names that it bears, folded; how and where it bears each stands at the same place of the other two.
  keys          text[] not null,
  key_kinds     text[] not null,
  key_positions int[] not null,
  unique (source, path)
);
create index document_keys on document using gin (keys);

create table passage (
  id          bigint generated always as identity primary key,
  document_id int not null references document on delete cascade,
  position    int not null,
  heading     text not null,
  body        text not null,
  unique (document_id, position)
);

-- How often each term stands where in a document, packed: apart from the document, so that filters read
-- little, and whole, so that ranking reads one row and deleting knows which postings to delete.
create table document_terms (
  document_id int primary key references document on delete cascade,
  counts      bytea not null,
  -- Number of terms by field, in the order of the index's fields.
  lengths     int[] not null,
  -- [[position, heading, number of terms of the body], …] of its passages in order.
  outline     jsonb not null
);

-- How many documents have a term anywhere, and how many in a name. Changed with every document.
create table term (
  id        int generated always as identity primary key,
  term      text not null unique,
  documents int not null,
  named     int not null
) with (fillfactor = 60);

-- Which documents have a term. Nothing but the key, so that reading a term's documents reads only its index.
create table posting (
  term_id     int not null,
  document_id int not null,
  primary key (term_id, document_id)
);

-- The whole corpus in one row. Whoever writes documents locks it first: writers take turns, so their counts
-- add up and they cannot deadlock over terms.
create table knowledge_total (
  one       boolean primary key default true check (one),
  documents int not null,
  -- Sums of document_terms.lengths.
  lengths   bigint[] not null
);
insert into knowledge_total (documents, lengths) values (0, '{0,0,0,0,0,0}');

-- Whose vectors there are. Another model or length is another row, and everything is embedded again.
create table embedding_model (
  id         int generated always as identity primary key,
  name       text not null,
  dimensions int not null check (dimensions between 1 and 16000),
  unique (name, dimensions)
);

-- The column takes any length; each model has an index of its own over its part, made when it is first used.
create table passage_vector (
  passage_id bigint not null references passage on delete cascade,
  model_id   int not null references embedding_model on delete cascade,
  embedding  vector not null,
  primary key (passage_id, model_id)
);
