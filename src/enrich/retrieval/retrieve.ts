import type { Answer } from './answer.ts';
import { askedReferences, queryTerms, withSynonyms } from './query-terms.ts';
import type { Question } from './question.ts';
import { rank } from './rank.ts';
import { askedOf, nameTerms } from './score.ts';
import type { SearchIndex } from './search-index.ts';

/** Documents that are looked at closely; beyond them the right one hardly ever is. */
const CANDIDATES = 300;

/** The documents that answer a question, at most `limit`, from any index. Rejects only as the index does. */
export async function retrieve(index: SearchIndex, question: Question, limit: number): Promise<Answer> {
  const terms = queryTerms(question);
  const references = askedReferences(question);
  const counted = withSynonyms(terms);
  const candidates = await index.candidates(
    {
      terms: [...counted].map(([term, weight]) => ({ term, weight })),
      references: [...references.names, ...references.files, ...references.anchors],
    },
    CANDIDATES,
  );
  const statistics = await index.statistics([
    ...new Set([...counted.keys(), ...candidates.flatMap(nameTerms)]),
  ]);
  const answer = rank(askedOf(terms, references, statistics), candidates, statistics);
  return { ...answer, ranked: answer.ranked.slice(0, limit) };
}
