import type { KnowledgeDocument } from '../../../incident/document.ts';
import type { IndexedDocument, TermCounts } from '../../../enrich/retrieval/search-index.ts';
import type { Entry } from './packed-counts.ts';

/** The fields that a whole document has once, by their slot in packed counts. */
export const NAME_FIELDS = ['folder', 'file', 'title', 'about'] as const;

/** What ranking needs of a passage: its position, its heading and the number of terms of its body. */
export type Outline = [position: number, heading: string, length: number];

export type Prepared = {
  document: KnowledgeDocument;
  hash: string;
  indexed: IndexedDocument;
  terms: Map<string, Entry[]>;
  /** In the order folder, file, title, about, heading, body. */
  lengths: number[];
  outline: Outline[];
};

/** What the tables keep of a document, but for the ids of its terms. */
export function prepare(document: KnowledgeDocument, hash: string, indexed: IndexedDocument): Prepared {
  const terms = new Map<string, Entry[]>();
  function add(slot: number, counts: TermCounts): number {
    let length = 0;
    for (const [term, count] of counts) {
      length += count;
      const entries = terms.get(term);
      if (entries) entries.push({ slot, count });
      else terms.set(term, [{ slot, count }]);
    }
    return length;
  }
  const names = NAME_FIELDS.map((field, slot) => add(slot, indexed.counts[field]));
  const headings = indexed.passages.map(({ counts }, place) => add(headingSlot(place), counts.heading));
  const bodies = indexed.passages.map(({ counts }, place) => add(headingSlot(place) + 1, counts.body));
  const outline = document.passages.map(({ position, heading }, place): Outline => [
    position,
    heading,
    bodies[place] ?? 0,
  ]);
  return { document, hash, indexed, terms, lengths: [...names, sum(headings), sum(bodies)], outline };
}

/** The slot of a passage's heading, by its place in the document; its body has the next one. */
export function headingSlot(place: number): number {
  return NAME_FIELDS.length + 2 * place;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
