import type { Sql } from '../sql.ts';

/** A term as the corpus has it: in how many documents. */
export type TermRow = { id: number; term: string; documents: number };
/** `terms` has every term asked for, null for one that no document has. */
export type CorpusStatistics = {
  documents: number;
  /** Sums over all documents, in the order of `document_terms.lengths`. */
  lengths: readonly number[];
  terms: ReadonlyMap<string, TermRow | null>;
};
/** Statistics of the corpus as it is now. Rejects with `DatabaseError`. */
export type ReadStatistics = (terms: readonly string[]) => Promise<CorpusStatistics>;

/** Terms kept in memory, some 10 MB of them. */
const MOST_KEPT = 50_000;

type Answer = CorpusStatistics & { generation: number; terms: Map<string, TermRow | null> };

/**
 * Remembers what it has read, because names of candidates are hundreds of terms for every question and mostly
 * the same. Each call asks for the generation of the corpus together with what is missing, so a write by any
 * replica is noticed at the next question.
 */
export function rememberedStatistics(sql: Sql): ReadStatistics {
  let kept: Answer | null = null;
  return async (terms) => {
    const before = kept;
    const missing = before ? terms.filter((term) => !before.terms.has(term)) : terms;
    const answer = await read(sql, missing);
    if (before?.generation === answer.generation) {
      for (const [term, row] of answer.terms) before.terms.set(term, row);
      if (before.terms.size > MOST_KEPT && kept === before) kept = null;
      return before;
    }
    const fresh = missing.length < terms.length ? await read(sql, terms) : answer;
    // Another question may have gone ahead meanwhile.
    if (kept === null || kept.generation < fresh.generation) kept = fresh;
    return fresh;
  };
}

/** One statement, so that all of it is of one generation. */
async function read(sql: Sql, terms: readonly string[]): Promise<Answer> {
  const { rows } = await sql.query<Row>(STATISTICS, [terms]);
  const [{ generation, having, lengths } = { generation: 0, having: 0, lengths: [] }] = rows;
  const found = new Map<string, TermRow | null>(terms.map((term) => [term, null]));
  for (const { id, term, documents } of rows) if (id !== null) found.set(term, { id, term, documents });
  return { generation, documents: having, lengths, terms: found };
}

type Row = (TermRow | { id: null; term: null; documents: null }) & {
  generation: number;
  having: number;
  lengths: number[];
};

// Each term is looked up in its index; for some hundred at once the planner would read the whole table.
const STATISTICS = `
  select k.generation, k.documents as having, k.lengths, t.id, t.term, t.documents
    from knowledge_total k left join (
      unnest($1::text[]) as asked (term) cross join lateral
      (select id, term, documents from term where term.term = asked.term offset 0) t
    ) on true`;
