import type { Change } from './change.ts';
import { termsOf } from './terms.ts';

/** Where a change says something. */
const FIELDS = ['subject', 'body', 'paths', 'added', 'removed'] as const;
type Field = (typeof FIELDS)[number];

/** What stands further back in a huge change is rarely what it is about, and reading it takes time. */
const MOST_CHARACTERS = 20_000;

/** How the terms of the symptom meet those of one change. All figures are 0–1 and independent of the case's size. */
export type Match = {
  /** Share of the symptom's weight that the added lines have, and that the change has anywhere. */
  added: number;
  any: number;
  /** Share of the subject's weight that the symptom has. */
  named: number;
  /** The rarest shared term, 1 when no other change of the case has it. */
  rarest: number;
  /** Shared pieces of four letters of symptom and subject with paths: other endings, names run together. */
  pieces: number;
  /** Shared terms, the rarest first. */
  terms: string[];
};

function textsOf(change: Change): Record<Field, string> {
  const lines = change.diff.split('\n');
  const of = (sign: string, header: string) =>
    lines
      .filter((line) => line.startsWith(sign) && !line.startsWith(header))
      .map((line) => line.slice(1))
      .join('\n');
  return {
    subject: change.subject,
    body: change.body,
    paths: change.paths.join('\n'),
    added: of('+', '+++ '),
    removed: of('-', '--- '),
  };
}

/**
 * Compares a symptom with every change of a case. A term weighs by how few of the case's changes have it
 * (inverse document frequency, Robertson and Spärck Jones 1976), so that what the whole repository talks
 * about counts little.
 */
export function matchesOf(symptom: string, changes: readonly Change[]): Match[] {
  const documents = changes.map((change) => {
    const texts = textsOf(change);
    const terms = Object.fromEntries(
      FIELDS.map((field) => [field, new Set(termsOf(texts[field].slice(0, MOST_CHARACTERS)))]),
    ) as Record<Field, Set<string>>;
    const all = new Set(FIELDS.flatMap((field) => [...terms[field]]));
    return { terms, all, pieces: piecesOf(`${texts.subject} ${texts.paths}`) };
  });
  const frequency = new Map<string, number>();
  for (const { all } of documents)
    for (const term of all) frequency.set(term, (frequency.get(term) ?? 0) + 1);
  const top = Math.log(1 + changes.length);
  const weight = (term: string) => Math.log(1 + changes.length / (1 + (frequency.get(term) ?? 0))) / top;
  // A term that no change has cannot tell them apart; it still says that the symptom speaks of something else.
  const asked = [...new Set(termsOf(symptom))].filter((term) => frequency.has(term));
  const askedSet = new Set(asked);
  const total = sum(asked, weight) || 1;
  const pieceFrequency = new Map<string, number>();
  for (const { pieces } of documents) {
    for (const piece of pieces) pieceFrequency.set(piece, (pieceFrequency.get(piece) ?? 0) + 1);
  }
  const pieceWeight = (piece: string) =>
    Math.log(1 + changes.length / (1 + (pieceFrequency.get(piece) ?? 0))) / top;
  const wanted = [...piecesOf(symptom)].filter((piece) => pieceFrequency.has(piece));
  const wantedTotal = sum(wanted, pieceWeight) || 1;

  return documents.map(({ terms, all, pieces }) => {
    const shared = asked.filter((term) => all.has(term)).sort((a, b) => weight(b) - weight(a));
    const subject = [...terms.subject];
    const shareOf = (set: Set<string>) =>
      sum(
        asked.filter((term) => set.has(term)),
        weight,
      ) / total;
    const [rarest] = shared;
    return {
      added: shareOf(terms.added),
      any: shareOf(all),
      named:
        sum(
          subject.filter((term) => askedSet.has(term)),
          weight,
        ) / (sum(subject, weight) || 1),
      rarest: rarest === undefined ? 0 : weight(rarest),
      pieces:
        sum(
          wanted.filter((piece) => pieces.has(piece)),
          pieceWeight,
        ) / wantedTotal,
      terms: shared,
    };
  });
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
