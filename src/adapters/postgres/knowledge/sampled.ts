import type { Sampled } from '../../../enrich/retrieval/search-index.ts';
import type { Sql } from '../sql.ts';

/** Documents that pass `limits` (sources, kinds, services), evenly spread. Rejects with `DatabaseError`. */
export async function sampled(sql: Sql, limits: readonly unknown[], most: number): Promise<Sampled[]> {
  const { rows } = await sql.query<Sampled>(SAMPLED, [...limits, most]);
  return rows;
}

// The same documents as the index in memory takes.
const SAMPLED = `
  select d.id::text as id, d.title, coalesce(p.body, '') as text
    from (select id, title, row_number() over (order by path collate "C", id) - 1 as place, count(*) over () as many
            from document d
           where ($1::text[] is null or d.source = any($1)) and ($2::text[] is null or d.kind = any($2))
             and ($3::text[] is null or d.services = '{}' or d.services && $3)) d
         left join lateral
         (select body from passage where document_id = d.id order by position limit 1) p on true
   where d.place % greatest(1, d.many / $4::int) = 0 order by d.place limit $4`;
