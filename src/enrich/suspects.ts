import { uncalibrated } from '../incident/confidence.ts';
import type { Evidence } from '../incident/evidence.ts';
import type { RecordedChange } from '../incident/change.ts';
import { isSameSha } from '../incident/own-action.ts';
import { plain } from '../incident/text.ts';
import type { Affected, Commit, GuiltyChange } from './changed.ts';
import { commitCandidate, deployCandidate, deployEvidence, flagCandidate } from './candidates.ts';
import type { Symptom } from './culprit/change.ts';
import { rankChanges, type Suspect } from './culprit/rank.ts';
import { mayBeGuilty, type KnownRollout } from './rollouts.ts';

/** What has changed before the alerts, and may be guilty. */
export type Changes = {
  commits: readonly Commit[];
  rollouts: readonly KnownRollout[];
  flags: readonly RecordedChange[];
  /** Commits that were found guilty in other incidents. */
  guilty: readonly GuiltyChange[];
};

/** What is less likely than this and older than a day is no suspect but noise. */
const LEAST = 0.1;
const OLD_S = 24 * 3600;
/** Of rollouts with one commit the later is as suspect as the commit, an earlier one half as much each half hour. */
const HALF_LIFE_S = 30 * 60;

/**
 * Ranks commits, rollouts and switched flags together, each by the signs that there are for its kind and by the
 * onset that followed it most closely: an alert that has nothing to do with the others must not hide what came
 * after it. A score is the probability that this change is the guilty one; those of all and of “none of them” add up
 * to 1. The rollout of a commit is no second suspect: it has the commit's score.
 */
export function rankSuspects(
  changes: Changes,
  affected: readonly Affected[],
  symptom: Symptom,
  onsets: readonly Date[],
): Evidence[] {
  const commits = new Map(changes.commits.map((commit) => [commit.sha, commit]));
  const brings = (rollout: KnownRollout): Commit[] =>
    [...commits.values()].filter(({ sha }) => rollout.sha !== null && isSameSha(sha, rollout.sha));
  const suspected = changes.rollouts.flatMap((rollout) => {
    const onset = onsetAfter(rollout.at, onsets);
    return onset && mayBeGuilty(rollout, onset) ? [{ rollout, onset }] : [];
  });
  const candidates = [
    ...[...commits.values()].flatMap((commit) => {
      const onset = onsetAfter(commit.at, onsets);
      const own = changes.rollouts.filter((one) => one.sha !== null && isSameSha(commit.sha, one.sha));
      const live = suspected.filter(({ rollout }) => own.includes(rollout));
      const deployed = own.length > 0 && live.length === 0 ? false : undefined;
      return onset ? [commitCandidate(commit, onset, live, deployed, affected, changes.guilty)] : [];
    }),
    ...suspected
      .filter(({ rollout }) => brings(rollout).length === 0)
      .map(({ rollout, onset }) => deployCandidate(rollout, onset, affected)),
    ...changes.flags.flatMap((flag) => {
      const onset = onsetAfter(flag.at, onsets);
      return onset ? flagCandidate(flag, onset, affected) : [];
    }),
  ];
  const { suspects, firstRight, features } = rankChanges(
    symptom,
    candidates.map(({ change }) => change),
  );
  const ranked = suspects.flatMap((suspect, place): Evidence[] => {
    const candidate = candidates.find(({ change }) => change === suspect.change);
    if (!candidate || isNoise(suspect)) return [];
    const confidence = place === 0 ? uncalibrated({ features, probability: firstRight }) : null;
    const told = candidate.tell(suspect);
    return [{ ...told, why: plain(told.why ?? suspect.why), score: suspect.probability, confidence }];
  });
  const shas = new Map(suspects.map(({ change, probability }) => [change.id, probability]));
  const bringing = suspected.flatMap(({ rollout, onset }): Evidence[] => {
    const scores = brings(rollout).flatMap(({ sha }) => shas.get(sha) ?? []);
    if (scores.length === 0) return [];
    const latest = Math.max(
      ...suspected.filter((one) => one.rollout.sha === rollout.sha).map((one) => one.rollout.at.getTime()),
    );
    const earlierS = (latest - rollout.at.getTime()) / 1000;
    const score = Math.max(...scores) * 0.5 ** (earlierS / HALF_LIFE_S);
    const evidence = deployEvidence(rollout, onset, score);
    return score < LEAST && (onset.getTime() - rollout.at.getTime()) / 1000 > OLD_S ? [] : [evidence];
  });
  // What Sitrep did itself is told, also where nobody suspects it.
  const own = changes.rollouts.flatMap((rollout): Evidence[] => {
    const first = onsets[0];
    const isSuspected = suspected.some((one) => one.rollout === rollout);
    return rollout.own && first && !isSuspected ? [deployEvidence(rollout, first, 0)] : [];
  });
  return [...ranked, ...bringing, ...own].sort((a, b) => b.score - a.score);
}

function isNoise({ change, probability }: Suspect): boolean {
  return change.kind !== 'commit' && probability < LEAST && change.ageS > OLD_S;
}

const LOOK_BACK_MS = 7 * 24 * 3600_000;

/** The first onset at or after a moment, within the time that is looked back. */
export function onsetAfter(at: Date, onsets: readonly Date[]): Date | undefined {
  return onsets
    .filter((onset) => onset >= at && onset.getTime() - at.getTime() <= LOOK_BACK_MS)
    .sort((a, b) => a.getTime() - b.getTime())[0];
}
