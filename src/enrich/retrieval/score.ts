import { namesOf } from './index-document.ts';
import { SYNONYM, type AskedReferences, type QueryTerms } from './query-terms.ts';
import {
  rarity,
  type Candidate,
  type CandidatePassage,
  type Field,
  type ReferenceKind,
  type Statistics,
} from './search-index.ts';
import { synonymsOf } from './synonyms.ts';
import { termsOf } from './terms.ts';

/**
 * How much one occurrence in a field counts, and how far a long field is discounted, after BM25F
 * (Robertson, Zaragoza and Taylor, “Simple BM25 Extension to Multiple Weighted Fields”, 2004).
 */
const FIELD: Readonly<Record<Field, { weight: number; length: number }>> = {
  folder: { weight: 1, length: 0 },
  file: { weight: 3, length: 0.3 },
  title: { weight: 2, length: 0.3 },
  about: { weight: 2, length: 0.3 },
  heading: { weight: 1.5, length: 0.6 },
  body: { weight: 1, length: 0.6 },
};
const SATURATION = 0.6;

/** What speaks for one document, each a share between 0 and 1 of what was asked, so that it means the same in every corpus. */
export type Signals = {
  /** BM25F of the whole document over what a document with every word in plenty would have. */
  document: number;
  /** The same of its best passage, names of the document included. */
  passage: number;
  /** Share of the asked words, by rarity, that this passage or the document's name has at all. */
  covered: number;
  /** Share of the words of its name, by rarity among names, that were asked. */
  named: number;
  /** How surely it bears an asked reference: 1 for a path that was linked, 0 for none. */
  reference: number;
};

export type Scored = {
  candidate: Candidate;
  signals: Signals;
  passage: number | null;
  /** How it bears what the alert names or links to; null where it does not. */
  reference: ReferenceKind | 'link' | null;
  /** The asked words that it has, those that weigh most first, for the explanation. */
  words: string[];
};

/** The question as scoring needs it: each term with its worth, which is how much it was asked for times its rarity. */
export type Asked = {
  terms: QueryTerms;
  worth: ReadonlyMap<string, number>;
  mass: number;
  references: AskedReferences;
};

export function askedOf(terms: QueryTerms, references: AskedReferences, statistics: Statistics): Asked {
  const worth = new Map<string, number>();
  let mass = 0;
  for (const [term, weight] of terms) {
    const own = weight * rarityOf(term, statistics);
    worth.set(term, own);
    mass += own;
  }
  return { terms, worth, mass, references };
}

export function scoreCandidate(candidate: Candidate, asked: Asked, statistics: Statistics): Scored {
  const body = totals(candidate);
  const names = (term: string) =>
    part(candidate.counts.folder, 'folder', term, candidate, statistics) +
    part(candidate.counts.file, 'file', term, candidate, statistics) +
    part(candidate.counts.title, 'title', term, candidate, statistics) +
    part(candidate.counts.about, 'about', term, candidate, statistics);
  const whole = (term: string) =>
    names(term) +
    part(body.heading, 'heading', term, candidate, statistics) +
    part(body.body, 'body', term, candidate, statistics);

  const contribution = contributions(asked, statistics, whole);
  // A document of which only the name was asked for has no passage to speak for it.
  let best = { position: null as number | null, score: sum(contributions(asked, statistics, names)) };
  let frequency = names;
  for (const passage of candidate.passages) {
    const here = (term: string) => names(term) + inPassage(passage, term);
    const score = sum(contributions(asked, statistics, here));
    if (score <= best.score) continue;
    best = { position: passage.position, score };
    frequency = here;
  }
  const share = (value: number) => (asked.mass > 0 ? value / asked.mass : 0);
  const reference = bestReference(candidate, asked.references);
  return {
    candidate,
    passage: reference.position ?? best.position,
    reference: reference.kind,
    signals: {
      document: share(sum(contribution)),
      passage: share(best.score),
      covered: share(coverage(asked, frequency)),
      named: nameCoverage(candidate, asked, statistics),
      reference: reference.strength,
    },
    words: [...contribution]
      .filter(([, value]) => value > 0)
      .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .map(([term]) => term),
  };
}

function coverage(asked: Asked, frequency: (term: string) => number): number {
  let covered = 0;
  for (const [term, worth] of asked.worth) {
    if (frequency(term) > 0) covered += worth;
    else if (synonymsOf(term).some((other) => frequency(other) > 0)) covered += worth * SYNONYM;
  }
  return covered;
}

/** Of each asked term, its worth times how plentifully the text has it or, for less, a word that stands for it. */
function contributions(
  asked: Asked,
  statistics: Statistics,
  frequency: (term: string) => number,
): Map<string, number> {
  const found = new Map<string, number>();
  for (const [term, worth] of asked.worth) {
    let value = worth * saturated(frequency(term));
    const weight = asked.terms.get(term) ?? 0;
    for (const other of synonymsOf(term)) {
      const times = frequency(other);
      if (times === 0) continue;
      // A common word that stands for a rare one is still common.
      const least = Math.min(worth, weight * rarityOf(other, statistics));
      value = Math.max(value, SYNONYM * least * saturated(times));
    }
    found.set(term, value);
  }
  return found;
}

function saturated(frequency: number): number {
  return frequency / (frequency + SATURATION);
}

function part(
  counts: ReadonlyMap<string, number>,
  field: Field,
  term: string,
  { length }: Candidate,
  statistics: Statistics,
): number {
  const count = counts.get(term) ?? 0;
  if (count === 0) return 0;
  const { weight, length: discount } = FIELD[field];
  const mean = statistics.meanLength[field] || 1;
  return (weight * count) / (1 - discount + discount * (length[field] / mean));
}

/** A passage is as long as it is; its discount is by its own length against a usual one. */
const USUAL_PASSAGE = 60;
function inPassage({ counts, length }: CandidatePassage, term: string): number {
  const heading = (counts.heading.get(term) ?? 0) * FIELD.heading.weight * 1.5;
  const body = counts.body.get(term) ?? 0;
  return heading + (body * FIELD.body.weight) / (0.4 + (0.6 * length) / USUAL_PASSAGE);
}

function totals(candidate: Candidate): { heading: Map<string, number>; body: Map<string, number> } {
  const all = { heading: new Map<string, number>(), body: new Map<string, number>() };
  for (const { counts } of candidate.passages)
    for (const field of ['heading', 'body'] as const)
      for (const [term, count] of counts[field]) all[field].set(term, (all[field].get(term) ?? 0) + count);
  return all;
}

/** The distinct terms of a document's name, which a second look-up of statistics needs. */
export function nameTerms({ path, title }: Pick<Candidate, 'path' | 'title'>): string[] {
  return [...new Set(termsOf(namesOf(path).file).concat(title === path ? [] : termsOf(title)))];
}

/** A name wholly covered by the question is strong evidence, the more the rarer its words are among names. */
function nameCoverage(candidate: Candidate, asked: Asked, statistics: Statistics): number {
  let all = 0;
  let got = 0;
  for (const term of nameTerms(candidate)) {
    const known = statistics.frequency.get(term);
    const worth = rarity(statistics.documents, known?.named ?? 1);
    all += worth;
    if (asked.terms.has(term)) got += worth;
    else if (synonymsOf(term).some((other) => asked.terms.has(other))) got += worth * 0.5;
  }
  return all > 0 ? got / all : 0;
}

const STRENGTH = { path: 1, alert: 0.95, file: 0.9, heading: 0.8, code: 0.4 } as const;

type BestReference = { strength: number; position: number | null; kind: ReferenceKind | 'link' | null };

function bestReference({ references }: Candidate, asked: AskedReferences): BestReference {
  let strength = 0;
  let best: BestReference['kind'] = null;
  let position: number | null = null;
  const names = new Set(asked.names);
  const anchors = new Set(asked.anchors);
  // The longest tail of a link that is some file's path says most.
  const files = new Map(asked.files.map((key, place) => [key, 1 - 0.02 * place]));
  let linked = false;
  for (const { kind, key, position: at } of references) {
    const byFile = kind === 'path' || kind === 'file' ? (files.get(key) ?? 0) * STRENGTH.path : 0;
    linked ||= byFile > 0;
    // A name is no path; that a file at the top bears it is said by its kind `file`.
    const byName = kind !== 'path' && names.has(key) ? STRENGTH[kind] : 0;
    const own = Math.max(byFile, byName);
    if (own > strength) {
      strength = own;
      best = byFile > byName ? 'link' : kind;
      position = at;
    }
  }
  if (linked)
    position =
      references.find(({ kind, key }) => kind === 'heading' && anchors.has(key))?.position ?? position;
  return { strength, position, kind: best };
}

function rarityOf(term: string, { documents, frequency }: Statistics): number {
  return rarity(documents, frequency.get(term)?.documents ?? 0);
}

function sum(values: ReadonlyMap<string, number>): number {
  let all = 0;
  for (const value of values.values()) all += value;
  return all;
}
