import type { KnowledgeDocument, KnowledgeStore } from '../../../incident/document.ts';
import type { IndexedDocument } from '../../../enrich/retrieval/search-index.ts';
import type { Database, Sql } from '../sql.ts';
import { packCounts, unpackCounts } from './packed-counts.ts';
import { prepare, type Prepared } from './prepared-document.ts';
import { integers, TermChanges, termIds } from './term-ids.ts';

/** Documents in one transaction: few enough that another writer, and on the embedded database a reader, waits well under a second. */
const AT_ONCE = 100;

/**
 * The knowledge as the database keeps it. `index` says which terms a document has where. Writers on any
 * number of replicas take turns by the lock on `knowledge_total`.
 */
export function knowledgeStore(
  database: Database,
  index: (document: KnowledgeDocument) => IndexedDocument,
): KnowledgeStore {
  return {
    async put(documents) {
      // The last of several versions in one call is the one to keep, as if each had been put alone.
      const newest = new Map(documents.map((one) => [`${one.document.source}\n${one.document.path}`, one]));
      for (const batch of batches([...newest.values()])) {
        // Outside the transaction, so that others do not wait for it.
        const prepared = batch.map(({ document, hash }) => {
          const kept = quotable(storable(document));
          return prepare(kept, hash, index(kept));
        });
        await database.tx((sql) => replace(sql, prepared));
      }
    },

    async remove(source, paths) {
      for (const batch of batches(paths)) {
        await database.tx(async (sql) => {
          const total = await lock(sql);
          const changes = new TermChanges();
          const old = await unlist(
            sql,
            batch.map((path) => ({ source, path })),
            changes,
            total,
          );
          await sql.query('delete from document where id = any($1::int[])', [integers(old)]);
          total.documents -= old.length;
          await changes.write(sql);
          await unlock(sql, total);
        });
      }
    },

    async known(source) {
      const { rows } = await database.query<{ path: string; hash: string }>(
        'select path, hash from document where source = $1',
        [source],
      );
      return new Map(rows.map(({ path, hash }) => [path, hash]));
    },
  };
}

/** A file of front matter alone still recommends actions for its alerts, so it needs a passage to quote. */
function quotable(document: KnowledgeDocument): KnowledgeDocument {
  const { title, passages } = document;
  return passages.length > 0
    ? document
    : { ...document, passages: [{ position: 0, heading: title, body: title }] };
}

type Total = { documents: number; lengths: number[] };

async function lock(sql: Sql): Promise<Total> {
  const { rows } = await sql.query<Total>('select documents, lengths from knowledge_total for update');
  const [total] = rows;
  if (!total) throw new Error('Table knowledge_total has lost its row; restore it from a backup.');
  return total;
}

async function unlock(sql: Sql, { documents, lengths }: Total): Promise<void> {
  await sql.query(
    'update knowledge_total set documents = $1, lengths = $2::bigint[], generation = generation + 1',
    [documents, integers(lengths)],
  );
}

async function replace(sql: Sql, prepared: readonly Prepared[]): Promise<void> {
  const total = await lock(sql);
  const changes = new TermChanges();
  const old = await unlist(
    sql,
    prepared.map(({ document }) => document),
    changes,
    total,
  );
  total.documents += prepared.length - old.length;
  const ids = await termIds(sql, [...new Set(prepared.flatMap(({ terms }) => [...terms.keys()]))]);
  await sql.query('delete from passage where document_id = any($1::int[])', [integers(old)]);
  const { rows } = await sql.query<{ id: number; source: string; path: string }>(DOCUMENTS, [
    JSON.stringify(prepared.map(documentRow)),
  ]);
  const byName = new Map(rows.map(({ id, source, path }) => [`${source}\n${path}`, id]));
  const postings: { term: number; document: number }[] = [];
  const passages: object[] = [];
  const counts: object[] = [];
  for (const { document, terms, lengths, outline } of prepared) {
    const id = byName.get(`${document.source}\n${document.path}`) ?? 0;
    const packed = new Map([...terms].map(([term, entries]) => [ids.get(term) ?? 0, entries]));
    for (const term of packed.keys()) {
      postings.push({ term, document: id });
      changes.add(term, 1);
    }
    lengths.forEach((length, field) => (total.lengths[field] = (total.lengths[field] ?? 0) + length));
    counts.push({ id, counts: packCounts(packed).toString('hex'), lengths, outline });
    for (const { position, heading, body } of document.passages)
      passages.push({ id, position, heading, body });
  }
  await sql.query(COUNTS, [JSON.stringify(counts)]);
  await sql.query(PASSAGES, [JSON.stringify(passages)]);
  // In the order of the index, which then finds its pages already at hand.
  postings.sort((a, b) => a.term - b.term || a.document - b.document);
  await sql.query('insert into posting (term_id, document_id) select * from unnest($1::int[], $2::int[])', [
    integers(postings.map(({ term }) => term)),
    integers(postings.map(({ document }) => document)),
  ]);
  await changes.write(sql);
  await unlock(sql, total);
}

/** Takes documents out of postings and counts, and resolves to the ids of those that were there. */
async function unlist(
  sql: Sql,
  names: readonly { source: string; path: string }[],
  changes: TermChanges,
  total: Total,
): Promise<number[]> {
  const { rows } = await sql.query<{ id: number; counts: Buffer; lengths: number[] }>(
    `select d.id, t.counts, t.lengths from unnest($1::text[], $2::text[]) as old (source, path)
       join document d using (source, path) join document_terms t on t.document_id = d.id`,
    [names.map(({ source }) => source), names.map(({ path }) => path)],
  );
  const terms: number[] = [];
  const documents: number[] = [];
  for (const { id, counts, lengths } of rows) {
    lengths.forEach((length, field) => (total.lengths[field] = (total.lengths[field] ?? 0) - length));
    for (const term of unpackCounts(counts).keys()) {
      changes.add(term, -1);
      terms.push(term);
      documents.push(id);
    }
  }
  if (terms.length > 0) {
    await sql.query(
      `delete from posting using unnest($1::int[], $2::int[]) as old (term_id, document_id)
        where posting.term_id = old.term_id and posting.document_id = old.document_id`,
      [integers(terms), integers(documents)],
    );
  }
  return rows.map(({ id }) => id);
}

function documentRow({ document, hash, indexed: { references } }: Prepared): object {
  const { source, path, kind, title, link, services, alerts, actions } = document;
  return {
    ...{ source, path, kind, title, link, services, alerts, actions, hash },
    keys: references.map(({ key }) => key),
    kinds: references.map((reference) => reference.kind),
    positions: references.map(({ position }) => position),
  };
}

/** PostgreSQL's text holds neither the character zero nor half of a surrogate pair. */
function storable(document: KnowledgeDocument): KnowledgeDocument {
  const legible = (_: string, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '') : value;
  return JSON.parse(JSON.stringify(document, legible)) as KnowledgeDocument;
}

function* batches<T>(all: readonly T[]): Generator<T[]> {
  for (let at = 0; at < all.length; at += AT_ONCE) yield all.slice(at, at + AT_ONCE);
}

// A document keeps its id when it is replaced.
const DOCUMENTS = `
  insert into document (source, path, kind, title, link, services, alerts, actions, hash, keys, key_kinds, key_positions)
  select d.* from jsonb_to_recordset($1::jsonb) as d (source text, path text, kind text, title text, link text,
    services text[], alerts text[], actions jsonb, hash text, keys text[], kinds text[], positions int[])
  on conflict (source, path) do update set
    kind = excluded.kind, title = excluded.title, link = excluded.link, services = excluded.services,
    alerts = excluded.alerts, actions = excluded.actions, hash = excluded.hash, keys = excluded.keys,
    key_kinds = excluded.key_kinds, key_positions = excluded.key_positions
  returning id, source, path`;
const COUNTS = `
  insert into document_terms (document_id, counts, lengths, outline)
  select id, decode(counts, 'hex'), lengths, outline
    from jsonb_to_recordset($1::jsonb) as c (id int, counts text, lengths int[], outline jsonb)
  on conflict (document_id) do update set
    counts = excluded.counts, lengths = excluded.lengths, outline = excluded.outline`;
const PASSAGES = `
  insert into passage (document_id, position, heading, body)
  select * from jsonb_to_recordset($1::jsonb) as p (id int, position int, heading text, body text)`;
