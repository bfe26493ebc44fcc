import type { RecordedChange } from '../incident/change.ts';
import type { Evidence } from '../incident/evidence.ts';
import { hasHelped, type OwnAction } from '../incident/own-action.ts';
import { SITREP } from '../incident/person.ts';
import { firstLine, plain } from '../incident/text.ts';
import type { Change } from './culprit/change.ts';
import type { Suspect } from './culprit/rank.ts';
import { span } from './culprit/why.ts';
import type { KnownRollout } from './rollouts.ts';
import type { Affected, Commit, GuiltyChange } from './changed.ts';
import { utc } from '../incident/utc.ts';

/** A change that may be guilty, and how it is told as evidence once it has its rank. */
export type Candidate = {
  change: Change;
  tell: (suspect: Suspect) => Pick<Evidence, 'title' | 'quote' | 'link' | 'about'> & { why?: string };
};

type Live = { rollout: KnownRollout; onset: Date };

/** `live` are its rollouts that may be guilty; `deployed` is false where all of them are out of service again. */
export function commitCandidate(
  commit: Commit,
  onset: Date,
  live: readonly Live[],
  deployed: false | undefined,
  affected: readonly Affected[],
  guilty: readonly GuiltyChange[],
): Candidate {
  const touched = touchedService(commit, affected);
  const gaps = live.map(({ rollout, onset: next }) => secondsBefore(rollout.at, next));
  const change: Change = {
    id: commit.sha,
    kind: 'commit',
    ageS: secondsBefore(commit.at, onset),
    subject: commit.subject,
    body: commit.body,
    paths: commit.files.map((file) => file.path),
    diff: commit.files.flatMap((file) => (file.patch ? [`+++ ${file.path}\n${file.patch}`] : [])).join('\n'),
    author: commit.author,
    known: {
      service: touched?.name,
      distance: touched ? touched.distance : null,
      deployed,
      deployAgeS: gaps.length > 0 ? Math.min(...gaps) : undefined,
      guiltyBefore: guilty.filter((past) => isAtTheSamePlace(commit, past)).length,
    },
  };
  return {
    change,
    tell: ({ hunk }) => ({
      title: `${commit.sha.slice(0, 7)} ${firstLine(commit.subject, 120)}`,
      quote: plain(hunk || commit.subject, 900),
      link: commit.url,
      about: {
        kind: 'commit' as const,
        service: touched?.name ?? affected[0]?.name ?? '',
        repo: commit.repo,
        sha: commit.sha,
        at: commit.at.toISOString(),
        author: plain(commit.author, 100),
        paths: commit.files.map((file) => file.path).slice(0, 20),
      },
    }),
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

/** A rollout of which no commit is known. */
export function deployCandidate(
  rollout: KnownRollout,
  onset: Date,
  affected: readonly Affected[],
): Candidate {
  const ageS = secondsBefore(rollout.at, onset);
  const service = affected.find(({ name }) => name === rollout.service);
  return {
    change: {
      id: `${rollout.namespace}/${rollout.deployment} ${rollout.revision} ${rollout.at.toISOString()}`,
      kind: 'deploy',
      ageS,
      subject: rollout.cause ?? '',
      body: '',
      paths: [],
      diff: '',
      known: { service: service?.name, distance: service?.distance ?? null, deployAgeS: ageS },
    },
    tell: (suspect) => {
      const told = deployEvidence(rollout, onset, 0);
      return { ...told, why: rollout.own ? told.why : suspect.why };
    },
  };
}

/** Another service's switch is that service's; where nobody said whose it is, it stays a suspect. */
export function flagCandidate(
  change: RecordedChange,
  onset: Date,
  affected: readonly Affected[],
): Candidate[] {
  const service = affected.find(({ name }) => name === change.service);
  if (!change.flag || (change.service !== null && !service)) return [];
  const { key, before, after } = change.flag;
  const ageS = secondsBefore(change.at, onset);
  const where = change.environment ? ` in ${change.environment}` : '';
  return [
    {
      change: {
        id: `flag ${change.repo} ${change.key}`,
        kind: 'flag',
        ageS,
        subject: `${key} ${change.subject}`,
        body: change.body,
        paths: [],
        diff: '',
        known: { service: service?.name, distance: service?.distance ?? null, deployAgeS: ageS },
      },
      tell: () => ({
        title: `flag ${firstLine(key, 120)}`,
        quote: plain(`${key}${where}: ${before ?? 'unknown'} → ${after ?? 'unknown'}\n${change.body}`, 900),
        link: change.url,
        about: {
          kind: 'flag',
          service: change.service,
          key,
          before,
          after,
          at: change.at.toISOString(),
          environment: change.environment,
          sha: change.sha,
        },
      }),
    },
  ];
}

/** A rollout as evidence. */
export function deployEvidence(rollout: KnownRollout, onset: Date, score: number): Evidence {
  const { deployment, revision, image, at, cause, previous, own } = rollout;
  const seconds = Math.round(secondsBefore(at, onset));
  return {
    title: revision > 0 ? `${deployment} revision ${revision}` : `${deployment}, ${firstLine(image, 100)}`,
    quote: `${image} rolled out ${utc(at)}${cause ? `: ${firstLine(cause)}` : ''}`,
    link: null,
    why: [
      ...(own ? [ownWords(own)] : []),
      seconds < 0 ? `${span(-seconds)} after the alert` : `rolled out ${span(seconds)} before the alert`,
    ].join('; '),
    score,
    about: {
      kind: 'deploy',
      service: rollout.service,
      namespace: rollout.namespace,
      deployment,
      revision,
      template: rollout.template,
      previousRevision: previous?.revision ?? null,
      image,
      sha: rollout.sha,
      at: at.toISOString(),
      running: rollout.running,
      secondsBefore: seconds,
      own: own && { helped: hasHelped(own) },
    },
  };
}

const OUTCOMES: Partial<Record<OwnAction['state'], string>> = {
  succeeded: 'it helped',
  failed: 'it did not help',
  inconclusive: 'whether it helped is not clear',
  reverted: 'it was undone',
};

function ownWords({ tool, by, state, undid }: OwnAction): string {
  const what = tool === 'kubernetes.rollback' ? 'rollback' : 'restart';
  const approved = by === SITREP ? 'allowed by policy' : `approved by ${plain(by, 100)}`;
  const outcome = undid ? 'it put back what was there before' : OUTCOMES[state];
  return `Sitrep's own ${what}, ${approved}; ${outcome ?? 'its effect is being watched'}`;
}

function secondsBefore(at: Date, onset: Date): number {
  return (onset.getTime() - at.getTime()) / 1000;
}

/** The nearest affected service whose paths a commit touches. */
export function touchedService(commit: Commit, affected: readonly Affected[]): Affected | undefined {
  return affected
    .filter((service) => commit.files.some((file) => service.paths.some((path) => isUnder(file.path, path))))
    .sort((a, b) => a.distance - b.distance)[0];
}

function isUnder(file: string, folder: string): boolean {
  return folder === '.' || file === folder || file.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}
