import { createHash } from 'node:crypto';
import { words } from './words.ts';

/** Length of every vector; the column `passage.embedding` has the same. */
export const DIMENSIONS = 256;

/**
 * A vector of unit length for a text, made offline by feature hashing: each word, and each run of four
 * letters in it, adds ±1 at a place given by its hash. It knows no meaning, but it finds inflected,
 * compound and misspelt words that full-text search misses; the fusion in search keeps its weight low.
 * Source: Weinberger et al., “Feature Hashing for Large Scale Multitask Learning”, 2009.
 */
export function embed(text: string): number[] {
  const vector = new Array<number>(DIMENSIONS).fill(0);
  for (const word of words(text)) {
    add(vector, word, 1);
    const padded = `<${word}>`;
    for (let start = 0; start + 4 <= padded.length; start += 1)
      add(vector, padded.slice(start, start + 4), 0.5);
  }
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}

function add(vector: number[], feature: string, amount: number): void {
  const hash = createHash('md5').update(feature).digest();
  const place = hash.readUInt16LE(0) % DIMENSIONS;
  vector[place] = (vector[place] ?? 0) + (hash.readUInt8(2) & 1 ? amount : -amount);
}
