import type { Evidence } from '../incident/evidence.ts';
import { counted, firstLine, plain } from '../incident/text.ts';
import { keywords } from '../incident/words.ts';

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

/** What a suspect is judged by. `distance` is 0 for the alerting service, 1 for what it depends on, … */
export type Affected = { name: string; distance: number; paths: string[]; alerting: boolean };

const LOOK_BACK_MS = 7 * 24 * 3600_000;

/**
 * Ranks commits by how likely each brought the symptom: rolled out shortly before it counts most, then
 * how near the touched service is, shared words with the alerts, and age; changes of documentation and
 * tests alone sink. Scores are between 0 and 1 and only order the commits.
 */
export function rankCommits(
  commits: readonly Commit[],
  rollouts: readonly Rollout[],
  affected: readonly Affected[],
  symptom: string,
  onset: Date,
): Evidence[] {
  const symptomWords = keywords(symptom);
  return commits
    .filter((commit) => commit.at <= onset && onset.getTime() - commit.at.getTime() <= LOOK_BACK_MS)
    .map((commit) => {
      const touched = touchedService(commit, affected);
      const rollout = rollouts
        .filter((one) => one.sha !== null && commit.sha.startsWith(one.sha) && one.at <= onset)
        .sort((a, b) => b.at.getTime() - a.at.getTime())[0];
      const shared = [...keywords(`${commit.subject} ${commit.body}`)].filter((word) =>
        symptomWords.has(word),
      );
      const score =
        0.45 * (rollout ? nearness(rollout.at, onset, 30) : 0) +
        0.25 * (touched ? 1 / (1 + touched.distance) : 0) +
        0.1 * (touched?.alerting ? 1 : 0) +
        0.1 * Math.min(1, shared.length / 3) +
        0.1 * nearness(commit.at, onset, 24 * 60);
      return {
        title: `${commit.sha.slice(0, 7)} ${firstLine(commit.subject, 120)}`,
        quote: quoteOf(commit),
        link: commit.url,
        why: whyOf(rollout, touched, shared, onset),
        score: isHarmless(commit) ? score * 0.3 : score,
        about: {
          kind: 'commit' as const,
          service: touched?.name ?? affected[0]?.name ?? '',
          repo: commit.repo,
          sha: commit.sha,
          at: commit.at.toISOString(),
          author: plain(commit.author, 100),
          paths: commit.files.map((file) => file.path).slice(0, 20),
        },
      };
    })
    .sort((a, b) => b.score - a.score);
}

/** Rollouts that went out before the onset become evidence, the latest first. */
export function rankRollouts(
  rollouts: readonly Rollout[],
  affected: readonly Affected[],
  onset: Date,
): Evidence[] {
  return rollouts
    .filter((one) => one.at <= onset && onset.getTime() - one.at.getTime() <= LOOK_BACK_MS)
    .map((one) => {
      const service = affected.find((other) => other.name === one.service);
      const previous = rollouts
        .filter((other) => isSameDeployment(other, one) && other.revision < one.revision)
        .sort((a, b) => b.revision - a.revision)[0];
      return {
        title: `${one.deployment} revision ${one.revision}`,
        quote: `${one.image} rolled out ${one.at.toISOString()}${one.cause ? `: ${firstLine(one.cause)}` : ''}`,
        link: null,
        why: `${minutesBefore(one.at, onset)} before the first alert`,
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

function isHarmless(commit: Commit): boolean {
  return (
    commit.files.length > 0 &&
    commit.files.every((file) =>
      /(^|\/)(docs?|tests?|__tests__)\/|\.(md|adoc|txt)$|\.(test|spec)\.\w+$/i.test(file.path),
    )
  );
}

function quoteOf(commit: Commit): string {
  const code =
    commit.files.find((file) => file.patch && !/\.(md|lock)$|package-lock/.test(file.path)) ??
    commit.files[0];
  const hunk = code?.patch ? `\n${code.path}\n${code.patch.split('\n').slice(0, 14).join('\n')}` : '';
  return plain(`${commit.subject}${hunk}`, 900);
}

function whyOf(
  rollout: Rollout | undefined,
  touched: Affected | undefined,
  shared: string[],
  onset: Date,
): string {
  const reasons = [
    rollout ? `rolled out ${minutesBefore(rollout.at, onset)} before the first alert` : 'not seen rolled out',
    touched ? `touches ${relation(touched)}` : 'touches no service that is affected',
    ...(shared.length > 0 ? [`shares “${shared.slice(0, 4).join(', ')}” with the alerts`] : []),
  ];
  return reasons.join('; ');
}

function relation(service: Affected): string {
  if (service.alerting) return `${service.name}, which alerts`;
  return service.distance === 0
    ? service.name
    : `${service.name}, ${counted(service.distance, 'step')} below the alerting service`;
}

function minutesBefore(at: Date, onset: Date): string {
  const seconds = Math.max(0, Math.round((onset.getTime() - at.getTime()) / 1000));
  if (seconds < 90) return `${seconds} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
