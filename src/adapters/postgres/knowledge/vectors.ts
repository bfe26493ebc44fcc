import { toSql } from 'pgvector';
import type { Neighbour } from '../../../enrich/retrieval/fusion.ts';
import type { DocumentKind } from '../../../incident/document.ts';
import type { Database } from '../sql.ts';

/** The vectors of one model's passages. Methods throw `DatabaseError`. */
export interface PassageVectors {
  /** Names them among those of other models. */
  readonly id: number;
  /** Says that the model is in use. */
  use(): Promise<void>;
  /** Passages after `after` by id that have no vector yet, at most `limit`. */
  missing(after: number, limit: number): Promise<{ id: number; text: string }[]>;
  /** Keeps vectors; one whose passage has gone meanwhile is dropped. */
  put(vectors: readonly { id: number; vector: readonly number[] }[]): Promise<void>;
  /** Documents of the nearest passages, nearest first. */
  nearest(vector: readonly number[], limit: number): Promise<Neighbour[]>;
}

/** Longest vector that the index takes, by the type that it is kept in. */
const LONGEST = { halfvec: 4000, vector: 2000 } as const;
/** Passages read for each document wanted, because several may belong to one. */
const PASSAGES_EACH = 4;

/**
 * Where no more documents pass the filter, all their passages are compared: the index would have to be walked far to
 * find enough that pass, and found .79 of the exact answer where one passage in fifty did.
 */
const MOST_EXACT = 500;
/** Vectors of a model that no process has been configured with for so long are deleted. */
const UNUSED_DAYS = 7;

/**
 * Opens the vectors of a model and, where it is the first time, makes the index for them. Each model has its
 * own, so that replicas may be configured differently for a while. Servers index half-precision numbers, which halve the size; PGlite computes
 * those five times slower, so it keeps them whole.
 */
export async function openVectors(
  database: Database,
  model: { name: string; dimensions: number },
  kinds: readonly DocumentKind[],
  mostExact: number = MOST_EXACT,
): Promise<PassageVectors> {
  const { dimensions } = model;
  const id = await enter(database, model);
  const type = database.kind === 'server' ? 'halfvec' : 'vector';
  const indexed = dimensions <= LONGEST[type];
  // Of numbers only: names of types and positions of the index cannot be parameters.
  const typed = `${type}(${dimensions})`;
  if (indexed) {
    await database.tx(async (sql) => {
      // Over vectors that are there already it takes minutes, and many times that where it must go to disk.
      await sql.query(`set local statement_timeout = 0; set local maintenance_work_mem = '512MB'`);
      await sql.query(
        `create index if not exists passage_vector_${id} on passage_vector
          using hnsw ((embedding::${typed}) ${type}_cosine_ops) where model_id = ${id}`,
      );
    });
  }
  const distance = `v.embedding::${typed} <=> $1::${typed}`;
  // Of the two ways one is not run at all. “offset 0” keeps the first from the index.
  const nearest = `
    with passing as materialized (
      select id from document where kind = any($2) limit $4 + 1
    ), few as materialized (select count(*) <= $4 as so from passing)
    select n.passage_id, n.document_id::text as id, n.position as passage from (
      (select * from (
        select v.passage_id, p.document_id, p.position, ${distance} as distance
          from passing join passage p on p.document_id = passing.id
          join passage_vector v on v.passage_id = p.id and v.model_id = ${id}
         where (select so from few) offset 0
      ) exact order by distance limit $3)
      union all
      (select v.passage_id, p.document_id, p.position, ${distance} as distance
        from passage_vector v join passage p on p.id = v.passage_id join document d on d.id = p.document_id
       where v.model_id = ${id} and d.kind = any($2) and not (select so from few)
       order by ${distance} limit $3)
    ) n order by n.distance, n.passage_id`;

  return {
    id,

    async use() {
      await database.query(
        `update embedding_model set used_at = now() where id = $1 and used_at < now() - interval '1 hour'`,
        [id],
      );
    },

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
      // How widely the index is searched is set for every session (nearness.ts).
      const { rows } = await database.query<Neighbour>(nearest, [
        toSql([...vector]),
        kinds,
        limit * PASSAGES_EACH,
        mostExact,
      ]);
      const best = new Map<string, Neighbour>();
      for (const { id: document, passage } of rows)
        if (!best.has(document)) best.set(document, { id: document, passage });
      return [...best.values()].slice(0, limit);
    },
  };
}

/** Enters the model as one in use, and deletes those that have long been in use nowhere. */
async function enter(
  database: Database,
  { name, dimensions }: { name: string; dimensions: number },
): Promise<number> {
  return database.tx(async (sql) => {
    const { rows } = await sql.query<{ id: number }>(
      `insert into embedding_model (name, dimensions) values ($1, $2)
       on conflict (name, dimensions) do update set used_at = now() returning id`,
      [name, dimensions],
    );
    const unused = await sql.query<{ id: number }>(
      `delete from embedding_model where used_at < now() - make_interval(days => $1) returning id`,
      [UNUSED_DAYS],
    );
    for (const { id } of unused.rows) await sql.query(`drop index if exists passage_vector_${id}`);
    return rows[0]?.id ?? 0;
  });
}
