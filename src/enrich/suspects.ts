import { uncalibrated } from '../incident/confidence.ts';
import type { Evidence } from '../incident/evidence.ts';
import { firstLine, plain } from '../incident/text.ts';
import type { Change, Symptom } from './culprit/change.ts';
import { rankChanges } from './culprit/rank.ts';

/** One commit of a service's repository. */
export type Commit = {
  repo: string;
  sha: string;
  at: Date;
  author: string;
  subject: string;
  body: string;
  url: string;
  files: { path: string; additions: number; deletions: number; patch?: string | undefined }[];
};

/** One revision of a deployment, as the cluster keeps them. */
export type Rollout = {
  service: string;
  namespace: string;
  deployment: string;
  revision: number;
  image: string;
  /** The commit that the image was built from, where the cluster tells. */
  sha: string | null;
  at: Date;
  cause: string | null;
};

/** A commit that was found guilty before. */
export type GuiltyChange = { repo: string; sha: string; paths: readonly string[] };

/** What a suspect is judged by. `distance` is 0 for the alerting service, 1 for what it depends on, … */
export type Affected = { name: string; distance: number; paths: string[]; alerting: boolean };

const LOOK_BACK_MS = 7 * 24 * 3600_000;

/**
 * Ranks the commits that could have brought the alerts, each judged by the onset that followed it most closely:
 * an alert that has nothing to do with the others must not hide what came after it. A commit's score is the
 * probability that it is the guilty one.
 */
export function rankCommits(
  commits: readonly Commit[],
  rollouts: readonly Rollout[],
  affected: readonly Affected[],
  symptom: Symptom,
  onsets: readonly Date[],
  guilty: readonly GuiltyChange[] = [],
): Evidence[] {
  const byId = new Map(commits.map((commit) => [commit.sha, commit]));
  const { suspects, firstRight, features } = rankChanges(
    symptom,
    [...byId.values()].flatMap((commit) => {
      const onset = onsetAfter(commit.at, onsets);
      return onset ? [changeOf(commit, rollouts, affected, onset, onsets, guilty)] : [];
    }),
  );
  return suspects.flatMap((suspect, place): Evidence[] => {
    const commit = byId.get(suspect.change.id);
    if (!commit) return [];
    return [
      {
        title: `${commit.sha.slice(0, 7)} ${firstLine(commit.subject, 120)}`,
        quote: plain([commit.subject, suspect.hunk].filter(Boolean).join('\n'), 900),
        link: commit.url,
        why: plain(suspect.why),
        score: suspect.probability,
        confidence: place === 0 ? uncalibrated({ features, probability: firstRight }) : null,
        about: {
          kind: 'commit' as const,
          service: suspect.change.known?.service ?? affected[0]?.name ?? '',
          repo: commit.repo,
          sha: commit.sha,
          at: commit.at.toISOString(),
          author: plain(commit.author, 100),
          paths: commit.files.map((file) => file.path).slice(0, 20),
        },
      },
    ];
  });
}

function changeOf(
  commit: Commit,
  rollouts: readonly Rollout[],
  affected: readonly Affected[],
  onset: Date,
  onsets: readonly Date[],
  guilty: readonly GuiltyChange[],
): Change {
  const touched = touchedService(commit, affected);
  const gaps = rollouts
    .filter((one) => one.sha !== null && commit.sha.startsWith(one.sha))
    .flatMap((one) => secondsBefore(one.at, onsetAfter(one.at, onsets)) ?? []);
  return {
    id: commit.sha,
    kind: 'commit',
    ageS: (onset.getTime() - commit.at.getTime()) / 1000,
    subject: commit.subject,
    body: commit.body,
    paths: commit.files.map((file) => file.path),
    diff: commit.files.flatMap((file) => (file.patch ? [`+++ ${file.path}\n${file.patch}`] : [])).join('\n'),
    author: commit.author,
    known: {
      service: touched?.name,
      distance: touched ? touched.distance : null,
      deployAgeS: gaps.length > 0 ? Math.min(...gaps) : undefined,
      guiltyBefore: guilty.filter((past) => isAtTheSamePlace(commit, past)).length,
    },
  };
}

/** Another commit of the repository that touched one of the same files. */
function isAtTheSamePlace(commit: Commit, past: GuiltyChange): boolean {
  return (
    past.repo === commit.repo &&
    past.sha !== commit.sha &&
    commit.files.some(({ path }) => past.paths.includes(path))
  );
}

/** The first onset at or after a moment, within the time that is looked back. */
function onsetAfter(at: Date, onsets: readonly Date[]): Date | undefined {
  return onsets
    .filter((onset) => onset >= at && onset.getTime() - at.getTime() <= LOOK_BACK_MS)
    .sort((a, b) => a.getTime() - b.getTime())[0];
}

function secondsBefore(at: Date, onset: Date | undefined): number | null {
  return onset ? (onset.getTime() - at.getTime()) / 1000 : null;
}

/** Rollouts that went out before the onset become evidence, the latest first. */
export function rankRollouts(
  rollouts: readonly Rollout[],
  affected: readonly Affected[],
  onsets: readonly Date[],
): Evidence[] {
  return rollouts
    .flatMap((one) => {
      const onset = onsetAfter(one.at, onsets);
      return onset ? [{ one, onset }] : [];
    })
    .map(({ one, onset }) => {
      const service = affected.find((other) => other.name === one.service);
      const previous = rollouts
        .filter((other) => isSameDeployment(other, one) && other.revision < one.revision)
        .sort((a, b) => b.revision - a.revision)[0];
      return {
        title: `${one.deployment} revision ${one.revision}`,
        quote: `${one.image} rolled out ${one.at.toISOString()}${one.cause ? `: ${firstLine(one.cause)}` : ''}`,
        link: null,
        why: `${minutesBefore(one.at, onset)} before the alert`,
        score: 0.7 * nearness(one.at, onset, 30) + 0.3 / (1 + (service?.distance ?? 3)),
        about: {
          kind: 'deploy' as const,
          service: one.service,
          namespace: one.namespace,
          deployment: one.deployment,
          revision: one.revision,
          previousRevision: previous?.revision ?? null,
          image: one.image,
          sha: one.sha,
          at: one.at.toISOString(),
          running: !rollouts.some((other) => isSameDeployment(other, one) && other.revision > one.revision),
          secondsBefore: Math.round((onset.getTime() - one.at.getTime()) / 1000),
        },
      };
    })
    .sort((a, b) => b.score - a.score);
}

function isSameDeployment(a: Rollout, b: Rollout): boolean {
  return a.namespace === b.namespace && a.deployment === b.deployment;
}

/** 1 at the onset, one half at `halfLife` minutes before it. */
function nearness(at: Date, onset: Date, halfLifeMinutes: number): number {
  return 0.5 ** ((onset.getTime() - at.getTime()) / (halfLifeMinutes * 60_000));
}

function touchedService(commit: Commit, affected: readonly Affected[]): Affected | undefined {
  return affected
    .filter((service) => commit.files.some((file) => service.paths.some((path) => isUnder(file.path, path))))
    .sort((a, b) => a.distance - b.distance)[0];
}

function isUnder(file: string, folder: string): boolean {
  return file === folder || file.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

function minutesBefore(at: Date, onset: Date): string {
  const seconds = Math.max(0, Math.round((onset.getTime() - at.getTime()) / 1000));
  if (seconds < 90) return `${seconds} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
