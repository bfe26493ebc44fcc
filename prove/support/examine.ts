import { createRandom } from '../../bench/rig/random.ts';
import { WHOLE, type Part, type Property, type Scale } from './property.ts';
import { createTally, Enough, type Result } from './tally.ts';

export type Examined = Result & { name: string; claim: string; seconds: number };

/**
 * Runs one property to its end. A property that fails by itself, or that has tried nothing, has shown nothing:
 * both count as a violation.
 */
export async function examine<S extends object>(
  property: Property<S>,
  { scale, seed, part = WHOLE, enough }: { scale: Scale; seed: number; part?: Part; enough?: number },
  seams: Partial<S> = {},
): Promise<Examined> {
  const tally = createTally(enough);
  const began = performance.now();
  try {
    await property.run({ random: createRandom(seed), tally, size: (of) => of[scale], part }, seams);
    if (tally.result().cases === 0) tally.violated('nothing was tried');
  } catch (error) {
    if (error instanceof Enough)
      return { name: property.name, claim: property.claim, seconds: 0, ...tally.result() };
    tally.violated(
      `the run broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  return { name: property.name, claim: property.claim, seconds, ...tally.result() };
}

/** What the parts of one property have shown together. */
export function together(parts: readonly [Examined, ...Examined[]]): Examined {
  const [{ name, claim }] = parts;
  const sum = (pick: (one: Examined) => number): number => parts.reduce((all, one) => all + pick(one), 0);
  const names = [...new Set(parts.flatMap(({ counts }) => Object.keys(counts)))];
  return {
    name,
    claim,
    cases: sum((one) => one.cases),
    violations: sum((one) => one.violations),
    examples: parts.flatMap(({ examples }) => examples),
    counts: Object.fromEntries(names.map((what) => [what, sum(({ counts }) => counts[what] ?? 0)])),
    seconds: Math.max(...parts.map(({ seconds }) => seconds)),
  };
}
