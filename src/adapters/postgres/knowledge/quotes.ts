import type { Quote, QuoteReader } from '../../../enrich/knowledge-search.ts';
import type { Sql } from '../sql.ts';

/** Reads what evidence quotes. Throws `DatabaseError`. */
export function quoteReader(sql: Sql): QuoteReader {
  return {
    async quotes(places) {
      const { rows } = await sql.query<Quote & { place: number }>(QUOTES, [
        places.map(({ id }) => id),
        places.map(({ passage }) => passage),
      ]);
      const found = new Map(rows.map(({ place, ...quote }) => [place, quote]));
      return places.map((_, place) => found.get(place + 1) ?? null);
    },
  };
}

const QUOTES = `
  select a.place, d.path, d.title, p.heading, p.body, d.link, d.services, d.actions
    from unnest($1::int[], $2::int[]) with ordinality as a (id, passage, place)
    join document d on d.id = a.id
    cross join lateral (
      select heading, body from passage
       where document_id = d.id and (a.passage is null or position = a.passage) order by position limit 1
    ) p`;
