import type { Random } from '../../bench/rig/random.ts';
import type { Tally } from './tally.ts';

/** How much is tried: `quick` for the impatient, `ci` for every change, `full` for a claim. */
export type Scale = 'quick' | 'ci' | 'full';

/** What a property works with while it runs. */
export type Trial = {
  /** Always the same for the same seed. */
  random: Random;
  tally: Tally;
  /** The number for this scale. Counts and not durations decide, so that a slow machine proves as much. */
  size(of: Record<Scale, number>): number;
  /** Which part of the property is tried here, counted from 0; the whole where there is only one. */
  part: Part;
};

export type Part = { index: number; of: number };
export const WHOLE: Part = { index: 0, of: 1 };

/**
 * One claim about Sitrep, and the attempt to refute it. `Seams` are the places where a test of the property
 * itself plants a fault; a run leaves them alone.
 */
export type Property<Seams extends object = object> = {
  name: string;
  /** One sentence that a violation makes false. */
  claim: string;
  /** Into how many parts it may be cut, which are tried beside each other. Absent: one. */
  parts?: Record<Scale, number>;
  run(trial: Trial, seams?: Partial<Seams>): Promise<void>;
};
