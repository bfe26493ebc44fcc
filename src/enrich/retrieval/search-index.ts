import type { DocumentKind } from '../../incident/document.ts';

/** Where a term stands. `about` is what front matter or catalogue name: alerts and services. */
export const fields = ['folder', 'file', 'title', 'about', 'heading', 'body'] as const;
export type Field = (typeof fields)[number];

/** How often each term stands in a field. */
export type TermCounts = ReadonlyMap<string, number>;

/** A document as an index keeps it: how often each term stands where, and the keys it is named by. */
export type IndexedDocument = {
  /** Fields that the whole document has once. */
  counts: Readonly<Record<'folder' | 'file' | 'title' | 'about', TermCounts>>;
  /** In the order of `KnowledgeDocument.passages`. */
  passages: { position: number; counts: Readonly<Record<'heading' | 'body', TermCounts>> }[];
  references: Reference[];
};

/**
 * A key by which a document or one passage of it (`position`) can be named exactly. `kind` says how it bears
 * the name, the surest first; the key is folded by `keyOf`, so that every way to write it is one.
 */
export type Reference = { kind: ReferenceKind; key: string; position: number | null };
export const referenceKinds = ['path', 'alert', 'file', 'heading', 'code'] as const;
export type ReferenceKind = (typeof referenceKinds)[number];

/** A document to measure its corpus by: `text` is what it begins with. */
export type Sampled = { id: string; title: string; text: string };

/** What scoring needs to know of a whole corpus, under the filters in force. */
export type Statistics = {
  documents: number;
  /** Mean number of terms of a document by field; repetitions count. */
  meanLength: Readonly<Record<Field, number>>;
  /** How many documents have each term asked for, anywhere. */
  frequency: ReadonlyMap<string, number>;
};

/** One document that may answer, with the counts of the asked terms only. */
export type Candidate = {
  /** Names the document within its index. */
  id: string;
  path: string;
  title: string;
  kind: DocumentKind;
  services: readonly string[];
  alerts: readonly string[];
  /** Number of terms by field, over the whole document; repetitions count. */
  length: Readonly<Record<Field, number>>;
  counts: Readonly<Record<'folder' | 'file' | 'title' | 'about', TermCounts>>;
  /** Those of its passages that have an asked term in heading or body, in order. */
  passages: readonly CandidatePassage[];
  /** Those of its references that were asked for. */
  references: readonly Reference[];
};

export type CandidatePassage = {
  position: number;
  heading: string;
  /** Number of terms of the body. */
  length: number;
  counts: Readonly<Record<'heading' | 'body', TermCounts>>;
};

export type CandidateQuery = {
  /** Each term once, with how much it was asked for; the index multiplies by rarity itself. */
  terms: readonly { term: string; weight: number }[];
  /** Keys as `keyOf` folds them. */
  references: readonly string[];
};

/**
 * The corpus, wherever it is kept. The in-memory one and the one in PostgreSQL are held to one contract:
 * retrieve() must give the same order over both. Statistics are of the terms asked for. Candidates are every document that bears an asked reference,
 * and the `limit` best by `roughScore`; an implementation may leave out those that only frequent terms find.
 */
export interface SearchIndex {
  find(query: CandidateQuery, limit: number): Promise<{ candidates: Candidate[]; statistics: Statistics }>;
  /** At most so many documents, evenly spread over all in the order of their paths. */
  sample(most: number): Promise<Sampled[]>;
}

/** How rare a term is, by the form of Robertson and Zaragoza (“The Probabilistic Relevance Framework”, 2009). */
export function rarity(documents: number, having: number): number {
  return Math.log(1 + (documents - having + 0.5) / (having + 0.5));
}
