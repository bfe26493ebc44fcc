import { createRandom } from '../../bench/rig/random.ts';
import type { Property, Scale } from './property.ts';
import { createTally, Enough, type Result } from './tally.ts';

export type Examined = Result & { name: string; claim: string; seconds: number };

/**
 * Runs one property to its end. A property that fails by itself, or that has tried nothing, has shown nothing:
 * both count as a violation.
 */
export async function examine<S extends object>(
  property: Property<S>,
  { scale, seed, enough }: { scale: Scale; seed: number; enough?: number },
  seams: Partial<S> = {},
): Promise<Examined> {
  const tally = createTally(enough);
  const began = performance.now();
  try {
    await property.run({ random: createRandom(seed), tally, size: (of) => of[scale] }, seams);
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
