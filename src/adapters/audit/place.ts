import type { Checkpoint } from '../../incident/checkpoint.ts';

export type Newest = Pick<Checkpoint, 'seq' | 'hash'>;
export const NONE: Newest = { seq: 0, hash: '' };

/** A place outside of the database that keeps copies of checkpoints. */
export type Place = {
  /** As people know it; also what its state goes by. */
  name: string;
  /**
   * The newest checkpoint that it has; `NONE` without any, and null where it cannot be asked, so that what was
   * noted of it counts. Rejects where it cannot be read.
   */
  newest(): Promise<Newest | null>;
  /** Adds checkpoints, the oldest first. Rejects where they may not have arrived; then they come again. */
  add(checkpoints: readonly Checkpoint[]): Promise<void>;
};

/** The checkpoint of a file's last whole line. Throws where that is none. */
export function lastOf(name: string, text: string): Newest {
  const line =
    text
      .slice(0, text.lastIndexOf('\n') + 1)
      .trimEnd()
      .split('\n')
      .at(-1) ?? '';
  if (line === '') return NONE;
  try {
    const { seq, hash } = JSON.parse(line) as Partial<Newest>;
    if (typeof seq === 'number' && typeof hash === 'string') return { seq, hash };
  } catch {
    // Told below.
  }
  throw new Error(`The last line of ${name} is no checkpoint. Move it away, and a new one is begun.`);
}

/** As every place keeps them: one JSON object a line. */
export const linesOf = (checkpoints: readonly Checkpoint[]): string =>
  checkpoints.map((one) => `${JSON.stringify(one)}\n`).join('');
