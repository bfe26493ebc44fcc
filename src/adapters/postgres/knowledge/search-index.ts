import type {
  Candidate,
  CandidatePassage,
  Field,
  Reference,
  SearchIndex,
  TermCounts,
} from '../../../enrich/retrieval/search-index.ts';
import type { DocumentKind } from '../../../incident/document.ts';
import type { Sql } from '../sql.ts';
import { unpackCounts, type PackedTerms } from './packed-counts.ts';
import { headingSlot, NAME_FIELDS, type Outline } from './prepared-document.ts';
import { sampled } from './sampled.ts';
import { rememberedStatistics, type ReadStatistics, type TermRow } from './term-statistics.ts';

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
/** With 4,000 the ten best of 12,500 documents were still those of all postings (docs/benchmarks.md). */
const MOST_POSTINGS = 6_000;
/** No more documents than this are few to pick from what was found. */
const FEW = 500;
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
  { mostPostings = MOST_POSTINGS, few = FEW, statistics = rememberedStatistics(sql) }: Options = {},
): SearchIndex {
  return {
    async find({ terms, references }, limit) {
      const { documents, lengths, terms: known } = await statistics(terms.map(({ term }) => term));
      const asked = terms.flatMap(({ term, weight }): AskedTerm[] => {
        const row = known.get(term);
        return row ? [{ ...row, worth: weight * rarity(documents, row.documents) }] : [];
      });
      const chosen = affordable(asked, mostPostings);
      const params = [chosen.map(({ id }) => id), chosen.map(({ worth }) => worth), limit, references];
      const limits = filterOf(filter);
      const { rows } = limits.some((one) => one !== null)
        ? await sql.query<DocumentRow>(CANDIDATES_FILTERED, [...params, ...limits, few])
        : await sql.query<DocumentRow>(CANDIDATES, params);
      const termOf = new Map(asked.map(({ id, term }) => [id, term]));
      const ids = new Set(termOf.keys());
      return {
        candidates: rows.map((row) => candidateOf(row, unpackCounts(row.counts, ids), termOf)),
        statistics: {
          documents,
          meanLength: byField(lengths.map((sum) => sum / Math.max(documents, 1))),
          frequency: new Map(terms.map(({ term }) => [term, known.get(term)?.documents ?? 0])),
        },
      };
    },

    sample: (most) => sampled(sql, filterOf(filter), most),
  };
}

/** `statistics` may be shared by several indexes of one corpus. */
type Options = { mostPostings?: number; few?: number; statistics?: ReadStatistics };
type AskedTerm = TermRow & { worth: number };

/** As retrieval computes it; the test that holds this index to the one in memory holds the two to each other. */
function rarity(documents: number, having: number): number {
  return Math.log(1 + (documents - having + 0.5) / (having + 0.5));
}

/** The rarest terms, as far as the postings go. */
function affordable(asked: readonly AskedTerm[], mostPostings: number): AskedTerm[] {
  let postings = 0;
  return (
    asked
      .toSorted((a, b) => a.documents - b.documents || a.id - b.id)
      // The rarest is read whatever it costs, or a question of frequent words alone would find nothing.
      .filter(({ documents }, place) => (postings += documents) <= mostPostings || place === 0)
  );
}

function filterOf({ sources, kinds, services }: DocumentFilter): unknown[] {
  return [sources ?? null, kinds ?? null, services ?? null];
}

// Postings are read term by term, and documents one by one, from their indexes, which “offset 0” holds the
// planner to: on the embedded database nobody has counted the rows for it.
const candidatesOf = (best: string, passing: string) => `
  with found as materialized (
    select p.document_id as id, sum(asked.worth) as worth
      from unnest($1::int[], $2::float8[]) as asked (id, worth) cross join lateral
           (select document_id from posting where term_id = asked.id offset 0) p
     group by 1
  ), ${best}, bearing as (
    select d.id from document d where d.keys && $4::text[] and ${passing} order by d.id limit ${MOST_REFERRED}
  )
  select d.* from (select id from best union select id from bearing) as c cross join lateral (
    select d.id, d.path, d.title, d.kind, d.services, d.alerts, t.counts, t.lengths, t.outline,
           case when d.keys && $4 then
             (select json_agg(json_build_object('kind', kind, 'key', key, 'position', position) order by place)
                from unnest(d.keys, d.key_kinds, d.key_positions) with ordinality as r (key, kind, position, place)
               where key = any($4)) end as "references"
      from document d join document_terms t on t.document_id = d.id
     where d.id = c.id offset 0
  ) d order by d.id`;
const CANDIDATES = candidatesOf('best as (select id from found order by worth desc, id limit $3)', 'true');
const PASSING = `($5::text[] is null or d.source = any($5)) and ($6::text[] is null or d.kind = any($6))
    and ($7::text[] is null or d.services = '{}' or d.services && $7)`;
// Where few documents pass, theirs are picked from all that were found. Where many do, those found are looked up
// from the best on until enough have passed. Of the two ways one is not run at all.
const CANDIDATES_FILTERED = candidatesOf(
  `passing as materialized (
    select d.id from document d where ${PASSING} limit $8::int + 1
  ), few as materialized (select count(*) <= $8 as so from passing
  ), best as (
    (select id from found join passing using (id) where (select so from few) order by worth desc, id limit $3)
    union all
    (select id from (
       select id from found where not (select so from few) order by worth desc, id offset 0
     ) f cross join lateral (select from document d where d.id = f.id and ${PASSING} offset 0) d limit $3)
  )`,
  PASSING,
);

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
