import type {
  Candidate,
  CandidatePassage,
  CandidateQuery,
  Field,
  Reference,
  SearchIndex,
  Statistics,
  TermCounts,
} from '../../../enrich/retrieval/search-index.ts';
import type { DocumentKind } from '../../../incident/document.ts';
import type { Sql } from '../sql.ts';
import { unpackCounts, type PackedTerms } from './packed-counts.ts';
import { headingSlot, NAME_FIELDS, type Outline } from './prepared-document.ts';
import { integers } from './term-ids.ts';

/**
 * Which documents may be found; what is absent does not limit. A document for no service in particular
 * passes every service filter. Rarity stays that of the whole corpus.
 */
export type DocumentFilter = {
  sources?: readonly string[];
  kinds?: readonly DocumentKind[];
  services?: readonly string[];
};

/** In the order of `document_terms.lengths`. */
const FIELDS = [...NAME_FIELDS, 'heading', 'body'] as const satisfies readonly Field[];
const MOST_POSTINGS = 12_000;
/** A key that more documents bear names none of them. */
const MOST_REFERRED = 200;

/**
 * The corpus in PostgreSQL, for ranking. One question reads no more than `mostPostings` postings (and those of
 * its rarest term): terms are taken from the rarest on, and what is left out tells least. Methods throw
 * `DatabaseError`.
 */
export function postgresIndex(
  sql: Sql,
  filter: DocumentFilter = {},
  mostPostings: number = MOST_POSTINGS,
): SearchIndex {
  return {
    async statistics(terms): Promise<Statistics> {
      const [total, found] = await Promise.all([
        sql.query<{ documents: number; lengths: number[] }>('select documents, lengths from knowledge_total'),
        readTerms(sql, terms),
      ]);
      const { documents = 0, lengths = [] } = total.rows[0] ?? {};
      const frequency = new Map(terms.map((term) => [term, { documents: 0, named: 0 }]));
      for (const { term, documents: having, named } of found)
        frequency.set(term, { documents: having, named });
      return {
        documents,
        meanLength: byField(lengths.map((sum) => sum / Math.max(documents, 1))),
        frequency,
      };
    },

    async candidates({ terms, references }, limit): Promise<Candidate[]> {
      const known = await readTerms(
        sql,
        terms.map(({ term }) => term),
      );
      const [byTerm, byName] = await Promise.all([
        roughlyBest(sql, terms, affordable(known, mostPostings), limit, filter),
        bearing(sql, references, filter),
      ]);
      const ids = integers([...new Set([...byTerm, ...byName])]);
      const { rows } = await sql.query<DocumentRow>(DOCUMENTS, [ids, references]);
      const termOf = new Map(known.map(({ id, term }) => [id, term]));
      const asked = new Set(termOf.keys());
      return rows.map((row) => candidateOf(row, unpackCounts(row.counts, asked), termOf));
    },
  };
}

type TermRow = { id: number; term: string; documents: number; named: number };

async function readTerms(sql: Sql, terms: readonly string[]): Promise<TermRow[]> {
  const { rows } = await sql.query<TermRow>(
    'select id, term, documents, named from term where term = any($1) order by documents, id',
    [terms],
  );
  return rows;
}

/** The rarest terms, as they come from `readTerms`, as far as the postings go. */
function affordable(known: readonly TermRow[], mostPostings: number): TermRow[] {
  let postings = 0;
  // The rarest is read whatever it costs, or a question of frequent words alone would find nothing.
  return known.filter(({ documents }, place) => (postings += documents) <= mostPostings || place === 0);
}

async function roughlyBest(
  sql: Sql,
  asked: CandidateQuery['terms'],
  chosen: readonly TermRow[],
  limit: number,
  filter: DocumentFilter,
): Promise<number[]> {
  if (chosen.length === 0) return [];
  const weights = new Map(asked.map(({ term, weight }) => [term, weight]));
  const params = [
    chosen.map(({ id }) => id),
    chosen.map(({ documents }) => documents),
    chosen.map(({ term }) => weights.get(term) ?? 0),
    limit,
  ];
  const limits = filterOf(filter);
  const { rows } = limits.some((one) => one !== null)
    ? await sql.query<{ id: number }>(ROUGHLY_BEST_FILTERED, [...params, ...limits])
    : await sql.query<{ id: number }>(ROUGHLY_BEST, params);
  return rows.map(({ id }) => id);
}

async function bearing(sql: Sql, keys: readonly string[], filter: DocumentFilter): Promise<number[]> {
  if (keys.length === 0) return [];
  const { rows } = await sql.query<{ id: number }>(BEARING, [keys, ...filterOf(filter)]);
  return rows.map(({ id }) => id);
}

function filterOf({ sources, kinds, services }: DocumentFilter): unknown[] {
  return [sources ?? null, kinds ?? null, services ?? null];
}

function filtered(first: number): string {
  return `($${first}::text[] is null or d.source = any($${first})) and ($${first + 1}::text[] is null or d.kind = any($${first + 1}))
    and ($${first + 2}::text[] is null or d.services = '{}' or d.services && $${first + 2})`;
}

// Postings are read term by term from their index, which “offset 0” holds the planner to: on the embedded
// database nobody has counted the rows for it. Rarity is as retrieval computes it.
const roughlyBestOf = (from: string) => `
  with total as (select documents from knowledge_total), asked as (
    select id, weight * ln(1 + (total.documents - bearers + 0.5) / (bearers + 0.5)) as worth
      from unnest($1::int[], $2::float8[], $3::float8[]) as a (id, bearers, weight), total
  ), found as (
    select p.document_id as id, sum(asked.worth) as worth
      from asked cross join lateral
           (select document_id from posting where term_id = asked.id offset 0) p
     group by 1
  )
  select found.id from ${from} order by found.worth desc, found.id limit $4`;
const ROUGHLY_BEST = roughlyBestOf('found');
// Read whole and hashed: looking up each document found would take longer, however few pass.
const ROUGHLY_BEST_FILTERED = roughlyBestOf(
  `found join (select d.id from document d where ${filtered(5)} offset 0) d on d.id = found.id`,
);
const BEARING = `
  select d.id from document d where d.keys && $1::text[] and ${filtered(2)} order by d.id limit ${MOST_REFERRED}`;
const DOCUMENTS = `
  select d.id, d.path, d.title, d.kind, d.services, d.alerts, t.counts, t.lengths, t.outline,
         case when d.keys && $2::text[] then
           (select json_agg(json_build_object('kind', kind, 'key', key, 'position', position) order by place)
              from unnest(d.keys, d.key_kinds, d.key_positions) with ordinality as r (key, kind, position, place)
             where key = any($2)) end as "references"
    from document d join document_terms t on t.document_id = d.id
   where d.id = any($1::int[]) order by d.id`;

type DocumentRow = {
  id: number;
  path: string;
  title: string;
  kind: DocumentKind;
  services: string[];
  alerts: string[];
  counts: Buffer;
  lengths: number[];
  outline: Outline[];
  references: Reference[] | null;
};

function candidateOf(row: DocumentRow, counts: PackedTerms, termOf: ReadonlyMap<number, string>): Candidate {
  const bySlot = new Map<number, Map<string, number>>();
  for (const [term, entries] of counts) {
    for (const { slot, count } of entries) {
      const of = bySlot.get(slot) ?? new Map<string, number>();
      bySlot.set(slot, of.set(termOf.get(term) ?? '', count));
    }
  }
  const at = (slot: number): TermCounts => bySlot.get(slot) ?? NONE;
  const { id, path, title, kind, services, alerts } = row;
  return {
    ...{ id: String(id), path, title, kind, services, alerts },
    length: byField(row.lengths),
    counts: { folder: at(0), file: at(1), title: at(2), about: at(3) },
    passages: row.outline.flatMap(([position, heading, length], place): CandidatePassage[] => {
      const slot = headingSlot(place);
      if (!bySlot.has(slot) && !bySlot.has(slot + 1)) return [];
      return [{ position, heading, length, counts: { heading: at(slot), body: at(slot + 1) } }];
    }),
    references: row.references ?? [],
  };
}

const NONE: TermCounts = new Map();

function byField(values: readonly number[]): Record<Field, number> {
  return Object.fromEntries(FIELDS.map((field, place) => [field, values[place] ?? 0])) as Record<
    Field,
    number
  >;
}
