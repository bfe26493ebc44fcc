import { toSql } from 'pgvector';
import type { Neighbour } from '../../../enrich/retrieval/fusion.ts';
import type { DocumentKind } from '../../../incident/document.ts';
import type { Database } from '../sql.ts';

/** The vectors of one model's passages. Methods throw `DatabaseError`. */
export interface PassageVectors {
  /** Passages after `after` by id that have no vector yet, at most `limit`. */
  missing(after: number, limit: number): Promise<{ id: number; text: string }[]>;
  /** Keeps vectors; one whose passage has gone meanwhile is dropped. */
  put(vectors: readonly { id: number; vector: readonly number[] }[]): Promise<void>;
  /** Documents of the nearest passages, nearest first. */
  nearest(vector: readonly number[], limit: number): Promise<Neighbour[]>;
}

/** Longest vector that the index takes, by the type that it is kept in. */
const LONGEST = { halfvec: 4000, vector: 2000 } as const;
/** How widely the index is searched: .97 and more of the exact answer (docs/benchmarks.md), at some milliseconds. */
const SEARCH_WIDTH = 200;
/** Passages read for each document wanted, because several may belong to one. */
const PASSAGES_EACH = 4;

/**
 * Opens the vectors of a model and, where it is the first time, makes the index for them; vectors of other
 * models or lengths are deleted. Servers index half-precision numbers, which halve the size; PGlite computes
 * those five times slower, so it keeps them whole.
 */
export async function openVectors(
  database: Database,
  model: { name: string; dimensions: number },
  kinds: readonly DocumentKind[],
): Promise<PassageVectors> {
  const { dimensions } = model;
  const id = await enter(database, model);
  const type = database.kind === 'server' ? 'halfvec' : 'vector';
  const indexed = dimensions <= LONGEST[type];
  // Of numbers only: names of types and positions of the index cannot be parameters.
  const typed = `${type}(${dimensions})`;
  if (indexed) {
    await database.query(
      `create index if not exists passage_vector_${id} on passage_vector
        using hnsw ((embedding::${typed}) ${type}_cosine_ops) where model_id = ${id}`,
    );
  }
  const nearest = `
    select n.passage_id, n.document_id::text as id, n.position as passage from (
      select v.passage_id, p.document_id, p.position, v.embedding::${typed} <=> $1::${typed} as distance
        from passage_vector v join passage p on p.id = v.passage_id join document d on d.id = p.document_id
       where v.model_id = ${id} and d.kind = any($2)
       order by v.embedding::${typed} <=> $1::${typed} limit $3
    ) n order by n.distance, n.passage_id`;

  return {
    async missing(after, limit) {
      const { rows } = await database.query<{ id: number; text: string }>(
        `select p.id, d.title || E'\\n' || p.heading || E'\\n' || p.body as text
           from passage p join document d on d.id = p.document_id
          where p.id > $1 and not exists (select from passage_vector where passage_id = p.id and model_id = $2)
          order by p.id limit $3`,
        [after, id, limit],
      );
      return rows;
    },

    async put(vectors) {
      await database.query(
        `insert into passage_vector (passage_id, model_id, embedding)
         select v.id, $3, v.embedding::vector from unnest($1::bigint[], $2::text[]) as v (id, embedding)
           join passage p on p.id = v.id
         on conflict (passage_id, model_id) do update set embedding = excluded.embedding`,
        [vectors.map((one) => one.id), vectors.map(({ vector }) => toSql([...vector])), id],
      );
    },

    async nearest(vector, limit) {
      if (vector.length !== dimensions || vector.every((value) => value === 0)) return [];
      const rows = await database.tx(async (sql) => {
        // Without it a filter that few passages pass leaves hardly any of those that the index finds first.
        await sql.query(
          `set local hnsw.ef_search = ${SEARCH_WIDTH}; set local hnsw.iterative_scan = relaxed_order`,
        );
        return (await sql.query<Neighbour>(nearest, [toSql([...vector]), kinds, limit * PASSAGES_EACH])).rows;
      });
      const best = new Map<string, Neighbour>();
      for (const { id: document, passage } of rows)
        if (!best.has(document)) best.set(document, { id: document, passage });
      return [...best.values()].slice(0, limit);
    },
  };
}

async function enter(
  database: Database,
  { name, dimensions }: { name: string; dimensions: number },
): Promise<number> {
  return database.tx(async (sql) => {
    await sql.query(
      'insert into embedding_model (name, dimensions) values ($1, $2) on conflict (name, dimensions) do nothing',
      [name, dimensions],
    );
    const { rows } = await sql.query<{ id: number; own: boolean }>(
      'select id, name = $1 and dimensions = $2 as own from embedding_model order by id for update',
      [name, dimensions],
    );
    // What another model was asked for is of no use any more, and its index costs every insert.
    for (const { id } of rows.filter(({ own }) => !own)) {
      await sql.query(`drop index if exists passage_vector_${id}`);
      await sql.query('delete from embedding_model where id = $1', [id]);
    }
    return rows.find(({ own }) => own)?.id ?? 0;
  });
}
