import { counted } from '../../incident/text.ts';
import type { Judged } from './signs.ts';

/** Why a change is suspected and what speaks against it, in one line for people; untrusted words in it. */
export function whyOf({ change, rank, signs, match }: Judged): string {
  const { known, kind } = change;
  const said = match.words.slice(0, 4);
  const acted = kind === 'flag' ? 'switched' : 'rolled out';
  const isTimed = known?.deployAgeS !== undefined;
  const reasons = [
    ...(isTimed ? [`${acted} ${span(known.deployAgeS ?? 0)} before the alert`] : []),
    ...(known?.deployed === false ? ['not what runs now, or never seen rolled out'] : []),
    ...(typeof known?.distance === 'number'
      ? [touches(kind, known.service ?? 'a service', known.distance)]
      : []),
    ...(said.length > 0 ? [`shares “${said.join(', ')}” with the symptom`] : []),
    ...(signs.frames > 0 ? ['touches a file of the stack trace'] : []),
    ...(signs.family > 0 && said.length === 0 ? ['is about the same thing in other words'] : []),
    ...(signs.guiltyBefore > 0 ? ['its paths were guilty before'] : []),
    // How many came later says something only where nobody knows when it was rolled out.
    ...(isTimed
      ? []
      : [
          rank === 0
            ? 'the newest change before the alert'
            : `${counted(rank, 'newer change')} between it and the alert`,
        ]),
    ...(signs.takenBack > 0 ? ['already taken back'] : []),
    ...(signs.harmless > 0 ? ['documentation or tests only'] : []),
  ];
  return reasons.join('; ');
}

const OF: Record<Judged['change']['kind'], string> = {
  commit: 'touches',
  deploy: 'is a release of',
  flag: 'belongs to',
};

function touches(kind: Judged['change']['kind'], service: string, distance: number): string {
  const whose = ['which alerts', 'which an alerting service calls'][distance];
  return `${OF[kind]} ${service}, ${whose ?? `which an alerting service needs, ${distance} calls away`}`;
}

/** A time span in words: `40 s`, `12 min`, `26 h`. */
export function span(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
