import type { Cause } from './causes.ts';
import type { Measure } from './measures.ts';

/** One thing that is wrong, seen in one place: all evidence of a diagnosis has this shape. */
export type Sign = {
  kind: 'metric' | 'log' | 'trace' | 'alert';
  service: string | null;
  /** When it began; null where the file does not tell. */
  at: number | null;
  /** How telling it is, 0–1. */
  weight: number;
  /** As people read it. */
  text: string;
  /** Other services that it puts this down to. What blames others is inherited, not own trouble. */
  blames: string[];
  /** Kinds of trouble from outside that its words speak of. */
  causes: readonly Cause[];
  measure: Measure | null;
};

/** The earliest time of some signs; null where none tells any. */
export function earliest(signs: readonly Sign[]): number | null {
  const times = signs.flatMap((sign) => sign.at ?? []);
  return times.length > 0 ? Math.min(...times) : null;
}
