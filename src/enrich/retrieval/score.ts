import type { Asked } from './asked.ts';
import { SYNONYM } from './query-terms.ts';
import { bestReference } from './references.ts';
import {
  type Candidate,
  type CandidatePassage,
  type Field,
  type ReferenceKind,
  type Statistics,
  type TermCounts,
} from './search-index.ts';

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
  /** How surely it bears an asked reference: 1 for a path that was linked, 0 for none. */
  reference: number;
};

export type Scored = {
  candidate: Candidate;
  signals: Signals;
  passage: number | null;
  /** How it bears what the alert names or links to; null where it does not. */
  reference: ReferenceKind | 'link' | null;
  /** How plentifully it has each asked term or stand-in, by slot: all of it, and its best passage with its names. */
  whole: Float64Array;
  best: Float64Array;
};

export function scoreCandidate(candidate: Candidate, asked: Asked, statistics: Statistics): Scored {
  const { length, counts, passages } = candidate;
  const add = (to: Float64Array, from: TermCounts, factor: number) => {
    for (const [term, count] of from) {
      const slot = asked.slots.get(term);
      if (slot !== undefined) to[slot] = (to[slot] ?? 0) + count * factor;
    }
  };
  const factors = Object.fromEntries(
    Object.entries(FIELD).map(([field, { weight, length: discount }]) => {
      const share = length[field as Field] / (statistics.meanLength[field as Field] || 1);
      return [field, weight / (1 - discount + discount * share)];
    }),
  ) as Record<Field, number>;

  const names = new Float64Array(asked.slots.size);
  for (const field of ['folder', 'file', 'title', 'about'] as const)
    add(names, counts[field], factors[field]);
  const whole = names.slice();
  // A document of which only the name was asked for has no passage to speak for it.
  let best = { position: null as number | null, score: total(asked, names), frequency: names };
  for (const passage of passages) {
    add(whole, passage.counts.heading, factors.heading);
    add(whole, passage.counts.body, factors.body);
    const frequency = names.slice();
    add(frequency, passage.counts.heading, PASSAGE_HEADING);
    add(frequency, passage.counts.body, bodyFactor(passage));
    const score = total(asked, frequency);
    if (score > best.score) best = { position: passage.position, score, frequency };
  }
  const share = (value: number) => (asked.mass > 0 ? value / asked.mass : 0);
  const reference = bestReference(candidate, asked.references);
  return {
    candidate,
    passage: reference.position ?? best.position,
    reference: reference.kind,
    signals: {
      document: share(total(asked, whole)),
      passage: share(best.score),
      covered: share(coverage(asked, best.frequency)),
      reference: reference.strength,
    },
    whole,
    best: best.frequency,
  };
}

/** Of each asked term, its worth times how plentifully the text has it or, for less, a word that stands for it. */
function total({ terms }: Asked, frequency: Float64Array): number {
  let sum = 0;
  for (const term of terms) sum += contribution(term, frequency);
  return sum;
}

function contribution({ slot, worth, standIns }: Asked['terms'][number], frequency: Float64Array): number {
  let value = worth * saturated(frequency[slot] ?? 0);
  for (const other of standIns) {
    const times = frequency[other.slot] ?? 0;
    if (times > 0) value = Math.max(value, other.most * saturated(times));
  }
  return value;
}

function coverage({ terms }: Asked, frequency: Float64Array): number {
  let covered = 0;
  for (const { slot, worth, standIns } of terms) {
    if ((frequency[slot] ?? 0) > 0) covered += worth;
    else if (standIns.some((other) => (frequency[other.slot] ?? 0) > 0)) covered += worth * SYNONYM;
  }
  return covered;
}

function saturated(frequency: number): number {
  return frequency / (frequency + SATURATION);
}

/** A passage is as long as it is; its discount is by its own length against a usual one. */
const USUAL_PASSAGE = 60;
const PASSAGE_HEADING = FIELD.heading.weight * 1.5;
function bodyFactor({ length }: CandidatePassage): number {
  return FIELD.body.weight / (0.4 + (0.6 * length) / USUAL_PASSAGE);
}

/** The asked words that a document has, as they were asked, those that weigh most first, for the explanation. */
export function askedWords({ whole }: Scored, { terms, spelled }: Asked): string[] {
  return terms
    .map((one) => ({ term: one.term, value: contribution(one, whole) }))
    .filter(({ value }) => value > 0)
    .toSorted((a, b) => b.value - a.value || (a.term < b.term ? -1 : 1))
    .map(({ term }) => spelled.get(term) ?? term);
}
