import type { Change, Symptom } from './change.ts';
import { companyOf } from './company.ts';
import { exactOf } from './exact.ts';
import { framesShare } from './frames.ts';
import { isHarmless, isHousekeeping, isRevert, takenBack } from './kinds.ts';
import { matchesOf, type Match } from './matching.ts';
import { mechanismsOf } from './mechanisms.ts';
import { isStopgap } from './stopgap.ts';
import { sharesTicket } from './tickets.ts';
import type { Sign } from './weights.ts';

/** The signs of one change that are not zero; see weights.ts for what each means. */
export type Signs = Record<Sign, number>;

export type Judged = { change: Change; rank: number; signs: Signs; match: Match };

const STARTS =
  /\b(enable[ds]?|deploy|switch|migrat\w+|turn on|roll ?out|upgrade|bump|increase|replace|use|move|convert|introduce|set|start|update|change|refactor|new|default)\b/i;
const HALF_LIFE_S = 30 * 60;
const PAUSE_S = 10 * 60;
const LEAST_RHYTHM_S = 15 * 60;
/** Where there is one change only. */
const LONE_RHYTHM_S = 4 * 3600;

/** The signs of each change of a case, for changes from the newest to the oldest. */
export function signsOf(symptom: Symptom, newestFirst: readonly Change[]): Judged[] {
  const text = [
    symptom.text,
    ...symptom.alerts,
    ...symptom.logs,
    ...symptom.frames,
    ...symptom.services,
  ].join('\n');
  const gone = takenBack(newestFirst);
  const matches = matchesOf(text, newestFirst);
  const mechanisms = mechanismsOf(text, newestFirst);
  const company = companyOf(text, newestFirst, matches);
  const exact = exactOf(text, newestFirst);
  const rhythm = medianGap(newestFirst);
  return newestFirst.flatMap((change, rank) => {
    const match = matches[rank];
    if (!match) return [];
    const { known } = change;
    const pauseS = change.ageS - (newestFirst[rank - 1]?.ageS ?? 0);
    return {
      change,
      rank,
      match,
      signs: {
        recent: -Math.log(1 + rank),
        near: -Math.log(1 + Math.max(0, change.ageS) / (actsAtOnce(change) ? LEAST_RHYTHM_S : rhythm)),
        alone: actsAtOnce(change) ? 0 : Math.log(1 + Math.max(0, pauseS) / PAUSE_S),
        subject: match.subject,
        text: match.text,
        added: match.added,
        pieces: match.pieces,
        neighbour: match.neighbour,
        company: company[rank] ?? 0,
        exact: exact[rank] ?? 0,
        family: match.family,
        mechanism: mechanisms[rank] ?? 0,
        explained: Math.log(1 + change.body.length),
        takenBack: Number(gone.has(change.id)),
        revert: Number(isRevert(change)),
        stopgap: Number(isStopgap(symptom.text, change)),
        starts: Number(STARTS.test(change.subject)),
        harmless: Number(isHarmless(change.paths)),
        housekeeping: Number(isHousekeeping(change)),
        ticket: Number(sharesTicket(text, change)),
        frames: framesShare(change.paths, symptom.frames),
        rolledOut: known?.deployAgeS === undefined ? 0 : 0.5 ** (Math.max(0, known.deployAgeS) / HALF_LIFE_S),
        notRolledOut: Number(known?.deployed === false),
        close: typeof known?.distance === 'number' ? 1 / (1 + known.distance) : 0,
        guiltyBefore: Math.log(1 + (known?.guiltyBefore ?? 0)),
      },
    };
  });
}

/**
 * A rollout or a switch acts when it happens, so that long quiet after it speaks against it; a commit may wait for days
 * until it is rolled out.
 */
function actsAtOnce({ kind }: Change): boolean {
  return kind !== 'commit';
}

/** The usual time between two changes of the case, in seconds; changes that came in one push are no rhythm. */
function medianGap(newestFirst: readonly Change[]): number {
  const gaps = newestFirst
    .slice(1)
    .map((change, index) => change.ageS - (newestFirst[index]?.ageS ?? 0))
    .sort((a, b) => a - b);
  return Math.max(LEAST_RHYTHM_S, gaps[Math.floor(gaps.length / 2)] ?? LONE_RHYTHM_S);
}
