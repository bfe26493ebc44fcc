import { counted } from '../../incident/text.ts';
import type { Judged } from './signs.ts';

/** Why a change is suspected and what speaks against it, in one line for people; untrusted words in it. */
export function whyOf({ change, rank, signs, match }: Judged): string {
  const { known } = change;
  const said = match.words.slice(0, 4);
  const reasons = [
    ...(known?.deployAgeS === undefined ? [] : [`rolled out ${duration(known.deployAgeS)} before the alert`]),
    ...(known?.deployed === false ? ['not seen rolled out'] : []),
    ...(typeof known?.distance === 'number' ? [touches(known.service ?? 'a service', known.distance)] : []),
    ...(said.length > 0 ? [`shares “${said.join(', ')}” with the symptom`] : []),
    ...(signs.frames > 0 ? ['touches a file of the stack trace'] : []),
    ...(signs.family > 0 && said.length === 0 ? ['is about the same thing in other words'] : []),
    ...(signs.guiltyBefore > 0 ? ['its paths were guilty before'] : []),
    rank === 0 ? 'the newest change' : `${counted(rank, 'change')} came later`,
    ...(signs.takenBack > 0 ? ['already taken back'] : []),
    ...(signs.harmless > 0 ? ['documentation or tests only'] : []),
  ];
  return reasons.join('; ');
}

function touches(service: string, distance: number): string {
  return distance === 0
    ? `touches ${service}, which alerts`
    : `touches ${service}, ${counted(distance, 'step')} below the alerting service`;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
