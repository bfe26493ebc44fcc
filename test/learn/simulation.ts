import { normals } from '../../bench/confidence/strangers.ts';
import type { Example } from '../../src/learn/fit.ts';
import { sequence } from '../../src/learn/measure.ts';

/**
 * Answers of an invented organisation. Every organisation has a base rate of its own, makes more or less
 * of the score and says nothing about the noise: what a shipped model meets at strangers'.
 */
export function organisation(seed: number, n: number, own = { shift: 0.8, slope: 0.3 }): Example[] {
  const normal = normals(1000 + seed);
  const uniform = sequence(7000 + seed);
  const shift = own.shift * normal();
  const slope = Math.max(0.2, 1 + own.slope * normal());
  return Array.from({ length: n }, () => {
    const score = normal();
    const margin = normal();
    const logOdds = 0.4 + shift + slope * (1.4 * score + 0.9 * margin);
    return {
      features: { score, margin, noise: normal() },
      right: uniform() < 1 / (1 + Math.exp(-logOdds)),
      group: `organisation ${seed}`,
    };
  });
}
