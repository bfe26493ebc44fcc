import type { Answer } from './answer.ts';
import { askedReferences, queryTerms, withSynonyms } from './query-terms.ts';
import type { Question } from './question.ts';
import { rank } from './rank.ts';
import { askedOf } from './asked.ts';
import type { SearchIndex } from './search-index.ts';

/**
 * Documents that are looked at closely. The five best of 100 were those of all documents for every question of
 * five organisations' corpora in one and of a made corpus of 12,500 documents; of 30 they were not (docs/benchmarks.md).
 */
const CANDIDATES = 100;

/** The documents that answer a question, at most `limit`, from any index. Rejects only as the index does. */
export async function retrieve(index: SearchIndex, question: Question, limit: number): Promise<Answer> {
  const terms = queryTerms(question);
  const references = askedReferences(question);
  const counted = withSynonyms(terms.weights);
  const { candidates, statistics } = await index.find(
    {
      terms: [...counted].map(([term, weight]) => ({ term, weight })),
      references: [...references.names, ...references.files, ...references.anchors],
    },
    CANDIDATES,
  );
  return rank(askedOf(terms, references, statistics), candidates, statistics, limit);
}
