import type { Change } from './change.ts';
import { changedLines } from './diff.ts';
import { familiesOf } from './families.ts';
import { rarity } from './rarity.ts';
import { spelledIn, termsOf } from './terms.ts';

/** Where a change says something, and what a word there is worth against one of the body. */
const FIELDS = { subject: 3, body: 1, paths: 1.5, added: 1, removed: 0.7 } as const;
type Field = keyof typeof FIELDS;
const FIELD_NAMES = Object.keys(FIELDS) as Field[];

/** What stands further back in a huge change is rarely what it is about, and reading it takes time. */
const MOST_CHARACTERS = 20_000;
/** Beyond so many terms that some change has, each further one counts less: a storm's alerts repeat themselves. */
const MANY_ASKED = 16;

/** How the terms of the symptom meet those of one change. */
export type Match = {
  /** BM25 of the subject alone. */
  subject: number;
  /** BM25F over all fields: a short change that has a rare term says more than a long one. */
  text: number;
  /** Share of the symptom's weight that the added lines have, and that the change has anywhere. */
  added: number;
  any: number;
  /** Shared pieces of four letters of symptom and subject with paths: other endings, names run together. */
  pieces: number;
  /** The best text of another change, by how much of this one's subject and paths that other has. */
  neighbour: number;
  /** Families of words that both speak of, the rarer among the changes the more. */
  family: number;
  /** Shared terms, the rarest first, and how the symptom spells them. */
  terms: string[];
  words: string[];
};

type Document = {
  counts: Record<Field, Map<string, number>>;
  lengths: Record<Field, number>;
  all: Set<string>;
  key: Set<string>;
  pieces: Set<string>;
  families: Set<number>;
};

/**
 * Compares a symptom with every change of a case. A term weighs by how few of the case's changes have it, so that
 * what the whole repository talks about counts little. BM25F: Robertson, Zaragoza & Taylor 2004.
 */
export function matchesOf(symptom: string, changes: readonly Change[]): Match[] {
  const documents = changes.map(documentOf);
  const count = changes.length;
  const frequency = frequencies(documents.map(({ all }) => all));
  const share = (term: string) => rarity(frequency.get(term) ?? 0, count);
  const weight = (term: string) => {
    const having = frequency.get(term) ?? 0;
    return Math.log(1 + (count - having + 0.5) / (having + 0.5));
  };
  const usual = Object.fromEntries(
    FIELD_NAMES.map((field) => [field, sum(documents, ({ lengths }) => lengths[field]) / count || 1]),
  ) as Record<Field, number>;
  // A term that no change has cannot tell them apart.
  const asked = [...new Set(termsOf(symptom))].filter((term) => frequency.has(term));
  const total = sum(asked, share) || 1;
  const shareOf = (having: { has(term: string): boolean }) =>
    sum(
      asked.filter((term) => having.has(term)),
      share,
    ) / total;
  const calm = Math.max(1, Math.sqrt(asked.length / MANY_ASKED));
  const inCommon = shareOfWanted(
    piecesOf(symptom),
    documents.map(({ pieces }) => pieces),
    (wanted, weigh) => sum(wanted, weigh),
  );
  const families = shareOfWanted(
    familiesOf(termsOf(symptom)),
    documents.map((one) => one.families),
    (wanted) => Math.sqrt(wanted.length),
  );
  const texts = documents.map(
    ({ counts, lengths }) =>
      sum(asked, (term) => {
        const times = sum(FIELD_NAMES, (field) => {
          const own = counts[field].get(term) ?? 0;
          return (FIELDS[field] * own) / (0.25 + (0.75 * lengths[field]) / usual[field]);
        });
        return (weight(term) * times) / (times + 3);
      }) / calm,
  );
  const spelled = spelledIn(symptom);
  return documents.map(({ counts, lengths, all, key }, place) => {
    const terms = asked.filter((term) => all.has(term)).sort((a, b) => share(b) - share(a));
    return {
      subject:
        sum(asked, (term) => {
          const own = counts.subject.get(term) ?? 0;
          return (weight(term) * own * 2.2) / (own + 0.6 + (0.6 * lengths.subject) / usual.subject);
        }) / calm,
      text: texts[place] ?? 0,
      added: shareOf(counts.added),
      any: shareOf(all),
      pieces: inCommon[place] ?? 0,
      neighbour: Math.max(
        0,
        ...documents.map((other, index) =>
          index === place
            ? 0
            : ((texts[index] ?? 0) *
                sum(
                  [...key].filter((term) => other.key.has(term)),
                  weight,
                )) /
              (sum([...key], weight) || 1),
        ),
      ),
      family: families[place] ?? 0,
      terms,
      words: terms.map((term) => spelled.get(term) ?? term),
    };
  });
}

function documentOf(change: Change): Document {
  const lines = changedLines(change.diff);
  const of = (sign: string) =>
    lines
      .filter((line) => line.startsWith(sign))
      .map((line) => line.slice(1))
      .join('\n');
  const texts: Record<Field, string> = {
    subject: change.subject,
    body: change.body,
    paths: change.paths.join('\n'),
    added: of('+'),
    removed: of('-'),
  };
  const terms = Object.fromEntries(
    FIELD_NAMES.map((field) => [field, termsOf(texts[field].slice(0, MOST_CHARACTERS))]),
  ) as Record<Field, string[]>;
  const all = new Set(FIELD_NAMES.flatMap((field) => terms[field]));
  return {
    counts: Object.fromEntries(
      FIELD_NAMES.map((field) => [field, countsOf(terms[field])]),
    ) as Document['counts'],
    lengths: Object.fromEntries(
      FIELD_NAMES.map((field) => [field, terms[field].length]),
    ) as Document['lengths'],
    all,
    key: new Set([...terms.subject, ...terms.paths]),
    pieces: piecesOf(`${texts.subject} ${texts.paths}`),
    families: familiesOf(all),
  };
}

/** For each set the weight of the wanted items in it against what `against` makes of all that any set has. */
function shareOfWanted<T>(
  wanted: ReadonlySet<T>,
  sets: readonly ReadonlySet<T>[],
  against: (found: readonly T[], weigh: (item: T) => number) => number,
): number[] {
  const frequency = frequencies(sets);
  const found = [...wanted].filter((item) => frequency.has(item));
  const weigh = (item: T) => rarity(frequency.get(item) ?? 0, sets.length);
  const total = against(found, weigh) || 1;
  return sets.map(
    (set) =>
      sum(
        found.filter((item) => set.has(item)),
        weigh,
      ) / total,
  );
}

function frequencies<T>(sets: readonly ReadonlySet<T>[]): Map<T, number> {
  const frequency = new Map<T, number>();
  for (const set of sets) for (const item of set) frequency.set(item, (frequency.get(item) ?? 0) + 1);
  return frequency;
}

function countsOf(terms: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

function piecesOf(text: string): Set<string> {
  const pieces = new Set<string>();
  for (const term of termsOf(text)) {
    for (let at = 0; at + 4 <= term.length; at += 1) pieces.add(term.slice(at, at + 4));
  }
  return pieces;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
