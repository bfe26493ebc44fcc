import type { Graph } from './graph.ts';
import type { Sign } from './sign.ts';

const COUNTS = 0.3;

/** Services that show symptoms and depend on where it began, that one first. Healthy dependants are none. */
export function blastRadius(
  signs: readonly Sign[],
  origin: string,
  graph: Graph,
  watched: ReadonlySet<string>,
): string[] {
  const strength = new Map<string, number>();
  for (const sign of signs) {
    if (sign.service === null || sign.measure === 'traffic') continue;
    // An alert of its own says that people are affected there.
    const weight =
      sign.kind === 'alert'
        ? COUNTS
        : sign.measure === 'resource' || sign.measure === 'other'
          ? 0.5 * sign.weight
          : sign.weight;
    strength.set(sign.service, Math.max(strength.get(sign.service) ?? 0, weight));
  }
  const dependants = graph.neededBy(origin);
  // Complaints are no harm where the measurements of errors and latency stay as they were.
  const isWell = (service: string): boolean =>
    watched.has(service) &&
    !signs.some(
      (sign) =>
        sign.service === service &&
        (sign.kind === 'alert' || (sign.kind === 'metric' && sign.measure !== 'traffic')),
    );
  const affected = [...strength]
    .filter(
      ([service, weight]) =>
        service !== origin &&
        !isWell(service) &&
        weight >= (dependants.has(service) || !graph.known ? COUNTS : 0.75),
    )
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([service]) => service);
  return [origin, ...affected];
}
