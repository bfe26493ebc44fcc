/**
 * A quantile from the rates of a classic histogram's cumulative buckets, interpolated as Prometheus'
 * `histogram_quantile` does. `buckets` maps upper bounds (Infinity included) to rates; NaN when nothing was
 * observed.
 */
export function histogramQuantile(quantile: number, buckets: ReadonlyMap<number, number>): number {
  const bounds = [...buckets.keys()].sort((a, b) => a - b);
  const counts: number[] = [];
  // Scrapes are not taken at one instant, so a later bucket may seem smaller; it cannot be.
  for (const bound of bounds) counts.push(Math.max(buckets.get(bound) ?? 0, counts.at(-1) ?? 0));
  const total = counts.at(-1) ?? 0;
  if (bounds.at(-1) !== Infinity || bounds.length < 2 || total === 0) return NaN;
  const rank = quantile * total;
  const index = counts.findIndex((count) => count >= rank);
  const upper = bounds[index] ?? NaN;
  if (upper === Infinity) return bounds[index - 1] ?? NaN;
  if (index === 0 && upper <= 0) return upper;
  const lower = index === 0 ? 0 : (bounds[index - 1] ?? 0);
  const below = index === 0 ? 0 : (counts[index - 1] ?? 0);
  const inside = (counts[index] ?? 0) - below;
  return lower + (upper - lower) * ((rank - below) / inside);
}
