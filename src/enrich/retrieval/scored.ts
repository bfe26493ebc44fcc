import { askedOf, type Asked } from './asked.ts';
import { askedReferences, queryTerms, withSynonyms } from './query-terms.ts';
import type { Question } from './question.ts';
import { scoreCandidate, type Scored, type Signals } from './score.ts';
import type { Candidate, SearchIndex } from './search-index.ts';

/**
 * Documents that are looked at closely. The five best of 100 were those of all documents for every question of
 * five organisations' corpora in one and of a made corpus of 12,500 documents; of 30 they were not (docs/benchmarks.md).
 */
const CANDIDATES = 100;
/**
 * The best passage, with the names of its document, carries the order; the whole document and how much of the
 * question is met at all settle what is close. More of either was better on short files named after one alert
 * and worse where files are of mixed lengths (docs/evaluation.md). They add up to 1.
 */
const WORDS = { passage: 0.67, document: 0.2, covered: 0.13 } as const;
/** A reference outweighs all words, and a link also every other reference. */
const REFERENCE = 3.5;

/** A document with what speaks for it: `words` from 0 to 1, `score` with references. */
export type ScoredDocument = { one: Scored; words: number; score: number };
/** What was asked, the documents that have any of it, best first, and how many documents there are. */
export type ScoredAnswer = { asked: Asked; scored: ScoredDocument[]; documents: number };

/** Scores what an index finds for a question, leaving out one document if told. Rejects only as the index does. */
export async function scoredFor(
  index: SearchIndex,
  question: Question,
  without: string | null = null,
): Promise<ScoredAnswer> {
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
  const asked = askedOf(terms, references, statistics);
  const scored = candidates
    .filter(({ id }) => id !== without)
    .map((candidate) => scoreCandidate(candidate, asked, statistics))
    .map((one) => ({ one, words: wordsOf(one.signals) }))
    .map((one) => ({ ...one, score: one.words + REFERENCE * one.one.signals.reference }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || byName(a.one.candidate, b.one.candidate));
  return { asked, scored, documents: statistics.documents };
}

function wordsOf({ passage, document, covered }: Signals): number {
  return WORDS.passage * passage + WORDS.document * document + WORDS.covered * covered;
}

function byName(a: Candidate, b: Candidate): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
