import { blankChange, type RecordedChange } from '../../incident/change.ts';
import { messageOf, readCommitChange } from './change-details.ts';
import { readDeployment } from './deployment-outcome.ts';
import { commitList, deploymentList, pullList } from './change-schema.ts';
import { GitHubError } from './errors.ts';
import type { GitHubReader } from './reader.ts';
import { splitRepo } from './repo.ts';

type Etags = Record<string, { url: string; etag: string }>;

/** Where changes go; everything called within one transaction is kept or not kept together. */
export interface ChangeRecord {
  putChanges(changes: readonly RecordedChange[]): Promise<void>;
  changeCursor(repo: string): Promise<{ knownUntil: Date | null; etags: Etags }>;
  moveChangeCursor(
    repo: string,
    to: { knownUntil: Date | null; etags: Etags; problem: string | null; remaining: number | null },
  ): Promise<void>;
  incompleteChanges(kind: RecordedChange['kind'], repo: string, limit: number): Promise<RecordedChange[]>;
}

export type FollowOptions = {
  reader: GitHubReader;
  transaction: <T>(work: (store: ChangeRecord) => Promise<T>) => Promise<T>;
  repo: string;
  now: () => Date;
  /** How far back the first reading goes, in days. */
  days: number;
  /** Globs of the repository's files that hold feature flags. */
  flagPaths: readonly string[];
  /** Asked before each batch of details; false once another process reads this repository. */
  stillMine: () => Promise<boolean>;
};

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const PER_PAGE = 100;
/** Two thousand entries: a first reading of a busy repository. */
const MOST_PAGES = 20;
const DETAILS_AT_ONCE = 10;
const MOST_DETAILS = 200;

/**
 * Brings the record to what GitHub knows of one repository. First the lists since the cursor, which move the cursor
 * once they are committed; then the details of what is incomplete, newest first, each committed by itself. A
 * day before the cursor is listed anew, because a rebased commit keeps its date. Rejects where the commits cannot
 * be listed; a token that may not see pull requests or deployments costs only these, and the cursor says so.
 */
export async function followRepository(options: FollowOptions): Promise<void> {
  const { transaction, repo, reader } = options;
  const startedAt = options.now();
  const cursor = await transaction((store) => store.changeCursor(repo));
  const since = sinceOf(startedAt, cursor.knownUntil, options.days);
  const etags: Etags = { ...cursor.etags };
  const problems: string[] = [];
  const lists = [listCommits, listPulls, listDeployments];
  for (const list of lists) {
    try {
      await list(options, since, etags);
    } catch (error) {
      const denied = error instanceof GitHubError && (error.status === 403 || error.status === 404);
      if (list === listCommits || !denied) {
        await note(options, null, cursor.etags, (error as Error).message);
        throw error;
      }
      problems.push(error.message);
    }
  }
  await note(options, startedAt, etags, problems.join(' ') || null);
  await readDetails(options);
  await transaction((store) =>
    store.moveChangeCursor(repo, {
      knownUntil: null,
      etags,
      problem: problems.join(' ') || null,
      remaining: reader.remaining(),
    }),
  );
}

function note(
  { transaction, repo, reader }: FollowOptions,
  knownUntil: Date | null,
  etags: Etags,
  problem: string | null,
): Promise<void> {
  return transaction((store) =>
    store.moveChangeCursor(repo, { knownUntil, etags, problem, remaining: reader.remaining() }),
  );
}

/** On the hour, so that the address stays the same for a while and the server may answer that nothing changed. */
function sinceOf(now: Date, knownUntil: Date | null, days: number): Date {
  const oldest = now.getTime() - days * DAY_MS;
  const wanted = knownUntil ? Math.max(oldest, knownUntil.getTime() - DAY_MS) : oldest;
  return new Date(Math.floor(wanted / HOUR_MS) * HOUR_MS);
}

/** All pages, the newest first, until `done`; nothing where the first page is the same as before. */
async function pages(
  { reader, repo }: FollowOptions,
  list: string,
  query: Record<string, string>,
  etags: Etags,
  take: (data: unknown) => Promise<{ count: number; done: boolean }>,
): Promise<void> {
  const { owner, repo: name } = splitRepo(repo);
  const path = `/repos/${owner}/${name}/${list}`;
  const url = `${path}?${new URLSearchParams(query).toString()}`;
  const known = etags[list]?.url === url ? etags[list].etag : undefined;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const place = { ...query, per_page: String(PER_PAGE), page: String(page) };
    const got = await reader.get(path, place, page === 1 ? known : undefined);
    if (got.kind === 'unchanged') return;
    const { count, done } = await take(got.data);
    if (page === 1) {
      if (got.etag === null) delete etags[list];
      else etags[list] = { url, etag: got.etag };
    }
    if (done || count < PER_PAGE) return;
  }
}

function listCommits(options: FollowOptions, since: Date, etags: Etags): Promise<void> {
  const { transaction, repo } = options;
  return pages(options, 'commits', { since: since.toISOString() }, etags, async (data) => {
    const commits = commitList.parse(data);
    await transaction((store) =>
      store.putChanges(
        commits.map(({ sha, html_url: url, commit }) => ({
          ...blankChange('commit', repo, sha, commit.committer?.date ?? commit.author?.date ?? options.now()),
          author: commit.author?.name ?? 'unknown',
          ...messageOf(commit.message),
          url,
          sha,
          complete: false,
        })),
      ),
    );
    return { count: commits.length, done: false };
  });
}

function listPulls(options: FollowOptions, since: Date, etags: Etags): Promise<void> {
  const query = { state: 'closed', sort: 'updated', direction: 'desc' };
  return pages(options, 'pulls', query, etags, async (data) => {
    const pulls = pullList.parse(data);
    await options.transaction((store) =>
      store.putChanges(
        pulls.flatMap((pull) =>
          pull.merged_at === null || pull.merged_at < since
            ? []
            : [
                {
                  ...blankChange('pull_request', options.repo, String(pull.number), pull.merged_at),
                  author: pull.user?.login ?? 'unknown',
                  subject: pull.title,
                  body: pull.body ?? '',
                  url: pull.html_url,
                  sha: pull.merge_commit_sha,
                },
              ],
        ),
      ),
    );
    return { count: pulls.length, done: pulls.some((pull) => pull.updated_at < since) };
  });
}

function listDeployments(options: FollowOptions, since: Date, etags: Etags): Promise<void> {
  return pages(options, 'deployments', {}, etags, async (data) => {
    const deployments = deploymentList.parse(data);
    await options.transaction((store) =>
      store.putChanges(
        deployments
          .filter((one) => one.created_at >= since)
          .map((one) => ({
            ...blankChange('deploy', options.repo, String(one.id), one.created_at),
            author: one.creator?.login ?? 'unknown',
            subject: `${one.ref} to ${one.environment}`,
            body: one.description ?? '',
            service: one.payload,
            environment: one.environment,
            sha: one.sha,
            complete: false,
          })),
      ),
    );
    return { count: deployments.length, done: deployments.some((one) => one.created_at < since) };
  });
}

async function readDetails(options: FollowOptions): Promise<void> {
  const { transaction, repo } = options;
  const [deploys, commits] = await transaction(async (store) => [
    await store.incompleteChanges('deploy', repo, MOST_DETAILS),
    await store.incompleteChanges('commit', repo, MOST_DETAILS),
  ]);
  const all = [...(deploys ?? []), ...(commits ?? [])];
  for (const [index, change] of all.entries()) {
    if (index % DETAILS_AT_ONCE === 0 && !(await options.stillMine())) return;
    const found =
      change.kind === 'commit'
        ? await readCommitChange(options, change)
        : await readDeployment(options, change);
    if (found.length > 0) await transaction((store) => store.putChanges(found));
  }
}
