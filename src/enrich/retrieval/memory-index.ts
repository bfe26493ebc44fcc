import type { KnowledgeDocument } from '../../incident/document.ts';
import { indexDocument } from './index-document.ts';
import { measured, type MeasuredIndex } from './usual.ts';
import {
  fields,
  rarity,
  type Candidate,
  type Field,
  type IndexedDocument,
  type Statistics,
  type TermCounts,
} from './search-index.ts';

type Entry = { document: KnowledgeDocument; indexed: IndexedDocument; length: Record<Field, number> };

/** A corpus held in memory: for evaluation and tests, and for a folder of some thousand files. */
export function memoryIndex(documents: readonly KnowledgeDocument[]): MeasuredIndex {
  const entries = documents.map((document): Entry => {
    const indexed = indexDocument(document);
    return { document, indexed, length: lengthsOf(indexed) };
  });
  const having = new Map<string, Set<number>>();
  const keyed = new Map<string, Set<number>>();
  entries.forEach(({ indexed }, place) => {
    const names = new Set<string>(Object.values(indexed.counts).flatMap((counts) => [...counts.keys()]));
    const all = indexed.passages.flatMap(({ counts }) => [...counts.heading.keys(), ...counts.body.keys()]);
    for (const term of new Set([...names, ...all])) into(having, term, place);
    for (const { key } of indexed.references) into(keyed, key, place);
  });
  const meanLength = Object.fromEntries(
    fields.map((field) => [
      field,
      entries.reduce((sum, { length }) => sum + length[field], 0) / Math.max(entries.length, 1),
    ]),
  ) as Record<Field, number>;

  return measured({
    async find({ terms, references }, limit) {
      const frequency = new Map(terms.map(({ term }) => [term, having.get(term)?.size ?? 0]));
      const statistics: Statistics = { documents: entries.length, meanLength, frequency };
      const rough = new Map<number, number>();
      for (const { term, weight } of terms) {
        const places = having.get(term);
        if (!places) continue;
        const worth = weight * rarity(entries.length, places.size);
        for (const place of places) rough.set(place, (rough.get(place) ?? 0) + worth);
      }
      const best = [...rough].toSorted(([a, x], [b, y]) => y - x || a - b).slice(0, limit);
      const chosen = new Set(best.map(([place]) => place));
      for (const key of references) for (const place of keyed.get(key) ?? []) chosen.add(place);
      const asked = new Set(terms.map(({ term }) => term));
      const keys = new Set(references);
      const candidates = [...chosen]
        .toSorted((a, b) => a - b)
        .flatMap((place) => {
          const entry = entries[place];
          return entry ? [candidateOf(entry, asked, keys)] : [];
        });
      return { candidates, statistics };
    },

    async sample(most) {
      const ordered = documents.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
      const step = Math.max(1, Math.floor(ordered.length / most));
      return ordered
        .filter((_, place) => place % step === 0)
        .slice(0, most)
        .map((document) => ({
          id: idOf(document),
          title: document.title,
          text: document.passages[0]?.body ?? '',
        }));
    },
  });
}

function idOf({ source, path }: KnowledgeDocument): string {
  return `${source}:${path}`;
}

function candidateOf({ document, indexed, length }: Entry, asked: Set<string>, keys: Set<string>): Candidate {
  const { path, title, kind, services, alerts } = document;
  const { folder, file, title: titled, about } = indexed.counts;
  return {
    id: idOf(document),
    path,
    title,
    kind,
    services,
    alerts,
    length,
    counts: {
      folder: only(folder, asked),
      file: only(file, asked),
      title: only(titled, asked),
      about: only(about, asked),
    },
    passages: indexed.passages.flatMap(({ position, counts }, place) => {
      const heading = only(counts.heading, asked);
      const body = only(counts.body, asked);
      if (heading.size + body.size === 0) return [];
      const named = document.passages[place]?.heading ?? title;
      return [{ position, heading: named, length: total(counts.body), counts: { heading, body } }];
    }),
    references: indexed.references.filter(({ key }) => keys.has(key)),
  };
}

function lengthsOf({ counts, passages }: IndexedDocument): Record<Field, number> {
  const sum = (field: 'heading' | 'body') =>
    passages.reduce((all, passage) => all + total(passage.counts[field]), 0);
  return {
    folder: total(counts.folder),
    file: total(counts.file),
    title: total(counts.title),
    about: total(counts.about),
    heading: sum('heading'),
    body: sum('body'),
  };
}

function total(counts: TermCounts): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

function only(counts: TermCounts, asked: Set<string>): TermCounts {
  return new Map([...counts].filter(([term]) => asked.has(term)));
}

function into(map: Map<string, Set<number>>, key: string, place: number): void {
  const places = map.get(key);
  if (places) places.add(place);
  else map.set(key, new Set([place]));
}
