import type { Ranked } from './answer.ts';

/** A document found by the meaning of one of its passages. */
export type Neighbour = { id: string; passage: number };

/** One document to show. `share` is how good it is beside the best, 1 for that. */
export type Found = { id: string; passage: number | null; share: number; why: string };

/** Words carry the order in this field; meaning settles what they leave close. */
const WEIGHT = { words: 1, meaning: 0.4 } as const;
/** Of reciprocal ranks. Small, because few documents are ever right. */
const K = 10;

/**
 * Joins the answer of words with the list of nearest meanings, by weighted reciprocal ranks; a document that
 * bears an asked name keeps its place above all that do not. Without neighbours the order stays.
 * Source: Cormack et al., “Reciprocal Rank Fusion Outperforms Condorcet”, 2009.
 */
export function fuse(ranked: readonly Ranked[], near: readonly Neighbour[]): Found[] {
  const best = ranked[0]?.score ?? 0;
  const byWords = ranked.map(({ document, passage, score, why }): Found => ({
    ...{ id: document.id, passage, why },
    share: best > 0 ? Math.max(0, Math.min(1, score / best)) : 1,
  }));
  if (near.length === 0) return byWords;
  const names = ranked.findIndex(({ document }) => !isNamed(document.references));
  const pinned = names < 0 ? byWords.length : names;
  const meanings = new Map(near.map(({ id }, rank) => [id, rank]));
  const words = new Map(byWords.map(({ id }, rank) => [id, rank]));
  const others = near
    .filter(({ id }) => !words.has(id))
    .map(({ id, passage }): Found => ({
      id,
      passage,
      share: 0,
      why: 'its meaning is near that of the alert',
    }));
  const fused = [...byWords.slice(pinned), ...others]
    .map((found) => ({
      found,
      score:
        WEIGHT.words * reciprocal(words.get(found.id)) + WEIGHT.meaning * reciprocal(meanings.get(found.id)),
    }))
    .toSorted((a, b) => b.score - a.score);
  const top = fused[0]?.score ?? 1;
  return [
    ...byWords.slice(0, pinned),
    // Below what is named, as far as it was below before; what only meaning found has a share by its rank.
    ...fused.map(({ found, score }) => ({ ...found, share: (score / top) * (byWords[pinned]?.share ?? 1) })),
  ];
}

function isNamed(references: Ranked['document']['references']): boolean {
  return references.some(({ kind }) => kind !== 'code' && kind !== 'heading');
}

function reciprocal(rank: number | undefined): number {
  return rank === undefined ? 0 : K / (K + rank);
}
