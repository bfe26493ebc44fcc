import type { Confidence } from '../incident/proposal.ts';
import { counted } from '../incident/text.ts';

/**
 * Confidence as a word. No outcome has been labelled yet that a number could be calibrated on, and an
 * uncalibrated number would claim more than is known, so the record says exactly that.
 */
export function confidenceOf(score: number, past: { tried: number; helped: number }): Confidence {
  const word = score >= 0.7 ? 'high' : score >= 0.4 ? 'medium' : 'low';
  const record =
    past.tried === 0
      ? 'not yet calibrated: nothing like it has been tried here'
      : `not yet calibrated: tried ${counted(past.tried, 'time')} here, helped ${past.helped}`;
  return { word, record };
}
