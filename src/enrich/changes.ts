import type { ChangeLog, RecordedChange } from '../incident/change.ts';
import type { Service } from '../incident/service.ts';
import { firstLine, messageOf } from '../incident/text.ts';
import type { Commit, Rollout } from './changed.ts';
import { utc } from '../incident/utc.ts';

export interface CommitLog {
  /** Commits of a repository in a time span that touch one of the paths, newest first. */
  commits(query: { repo: string; since: Date; until: Date; paths: string[] }): Promise<Commit[]>;
}

/** How long before an alert a change may have come to be a suspect. */
export const LOOK_BACK_MS = 7 * 24 * 3600_000;

/** The record may be this far behind the last onset and is still taken as it is. */
const FRESH_MS = 5 * 60_000;

type Collected = { commits: Commit[]; deploys: Rollout[]; flags: RecordedChange[] };

/**
 * The changes that may be guilty: everything in the repositories of the affected services, from the record. Where the
 * record ends before the last onset, GitHub is asked for the rest, by paths; when it does not answer, that costs only
 * freshness, and `missing` says until when the commits are known.
 */
export async function collectChanges(
  services: readonly Service[],
  sources: { changes: ChangeLog | null; commits: CommitLog | null },
  onsets: readonly [Date, ...Date[]],
  missing: string[],
): Promise<Collected> {
  const pathsByRepo = new Map<string, string[]>();
  for (const { github } of services) {
    if (github) pathsByRepo.set(github.repo, [...(pathsByRepo.get(github.repo) ?? []), ...github.paths]);
  }
  const repos = [...pathsByRepo.keys()];
  const since = new Date(onsets[0].getTime() - LOOK_BACK_MS);
  const until = onsets.at(-1) ?? onsets[0];
  const { changes, known } = await recorded(sources.changes, { repos, since, until }, missing);

  const found = new Map<string, Commit>();
  for (const change of changes) {
    if (change.kind === 'commit') found.set(`${change.repo} ${change.key}`, commitOf(change, changes));
  }
  for (const [repo, paths] of pathsByRepo) {
    const knownUntil = known.get(repo);
    if (!sources.commits || (knownUntil && until.getTime() - knownUntil.getTime() < FRESH_MS)) continue;
    try {
      const query = { repo, since: knownUntil ?? since, until, paths: [...new Set(paths)] };
      for (const commit of await sources.commits.commits(query)) found.set(`${repo} ${commit.sha}`, commit);
    } catch (error) {
      const why = firstLine(messageOf(error), 120);
      missing.push(
        knownUntil
          ? `GitHub could not be reached (${why}); the commits of ${repo} are known up to ${utc(knownUntil)}.`
          : `GitHub could not be reached (${why}); what it knows is missing here.`,
      );
    }
  }
  return {
    commits: [...found.values()],
    deploys: changes.flatMap((change) => deployOf(change, services)),
    flags: changes.filter(({ kind }) => kind === 'flag'),
  };
}

async function recorded(
  log: ChangeLog | null,
  query: Parameters<ChangeLog['changes']>[0],
  missing: string[],
): Promise<{ changes: RecordedChange[]; known: Map<string, Date> }> {
  if (!log) return { changes: [], known: new Map() };
  try {
    const [changes, known] = [await log.changes(query), await log.knownUntil(query.repos)];
    return { changes, known };
  } catch (error) {
    const why = firstLine(messageOf(error), 120);
    missing.push(`The record of changes could not be read (${why}); what it knows is missing here.`);
    return { changes: [], known: new Map() };
  }
}

/** A commit, with the words of the pull request that it was merged by: those often say more than its own. */
function commitOf(change: RecordedChange, all: readonly RecordedChange[]): Commit {
  const { repo, key, at, author, subject, files, url } = change;
  const pull = all.find((one) => one.kind === 'pull_request' && one.repo === repo && one.sha === key);
  const body = pull ? `${change.body}\n${pull.subject}\n${pull.body}`.trim() : change.body;
  return { repo, sha: key, at, author, subject, body, url: url ?? '', files };
}

/** A deployment that GitHub knows of, so that its commit counts as rolled out; the cluster's own stand beside it. */
function deployOf(change: RecordedChange, services: readonly Service[]): Rollout[] {
  if (change.kind !== 'deploy' || change.sha === null) return [];
  const service =
    change.service ?? services.find(({ github }) => github?.repo === change.repo)?.name ?? change.repo;
  return [
    {
      service,
      namespace: change.environment ?? '',
      deployment: change.repo,
      revision: 0,
      image: change.subject,
      template: null,
      sha: change.sha,
      at: change.at,
      cause: change.subject,
    },
  ];
}
