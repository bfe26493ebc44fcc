import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Examined } from './examine.ts';
import type { Part, Property, Scale } from './property.ts';

const CHILD = join(import.meta.dirname, 'examine-child.ts');

/** Examines a property, or a part of it, in a process of its own, so that one does not slow down or bring down another. */
export async function apart(
  { name, claim }: Property,
  { scale, seed, part, compiled }: { scale: Scale; seed: number; part: Part; compiled: string },
): Promise<Examined> {
  const child = fork(CHILD, [name, scale, ...[seed, part.index, part.of].map(String)], {
    // The first one leaves its compiled modules there for all the others, which begin in half the time.
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  let result: Examined | null = null;
  child.on('message', (message) => (result = message as Examined));
  const [code] = (await once(child, 'exit')) as [number | null];
  process.off('exit', end);
  const broken = `its process ended with ${code} before it was done`;
  return result ?? { name, claim, cases: 0, violations: 1, examples: [broken], counts: {}, seconds: 0 };
}
