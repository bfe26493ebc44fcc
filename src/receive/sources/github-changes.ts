import { z } from 'zod';
import { blankChange, type RecordedChange } from '../../incident/change.ts';
import { time, words } from '../fields.ts';
import { repository } from './github-runs.ts';

// Only what names a change is strict. A change that does not fit is left out and found by polling; it must not cost
// the alert that the same message may carry.
const id = z.union([z.string(), z.number().transform(String)]);
const login = z.object({ login: words }).nullish().catch(null);
const names = z.array(z.string()).catch([]);

const pushSchema = z.object({
  ref: z.string(),
  repository,
  commits: z
    .array(
      z.object({
        id: z.string().min(7),
        message: z.string(),
        timestamp: time,
        url: words,
        author: z.object({ name: words }).nullish().catch(null),
        added: names,
        modified: names,
        removed: names,
      }),
    )
    .catch([]),
});

/** What was pushed to the default branch; lines and patches are not in the message, and are read later. */
function push(body: unknown, receivedAt: Date): RecordedChange[] {
  const found = pushSchema.safeParse(body);
  if (!found.success) return [];
  const { ref, repository: repo, commits } = found.data;
  if (!repo.default_branch || ref !== `refs/heads/${repo.default_branch}`) return [];
  return commits.map((commit) => {
    const [subject = '', ...rest] = commit.message.split('\n');
    return {
      ...blankChange('commit', repo.full_name, commit.id, commit.timestamp ?? receivedAt),
      author: commit.author?.name ?? 'unknown',
      subject,
      body: rest.join('\n').trim(),
      files: [...commit.added, ...commit.modified, ...commit.removed].map((path) => ({
        path,
        additions: 0,
        deletions: 0,
      })),
      url: commit.url,
      sha: commit.id,
      complete: false,
    };
  });
}

const pullSchema = z.object({
  action: z.string(),
  repository,
  pull_request: z.object({
    number: id,
    title: z.string(),
    body: words,
    html_url: words,
    user: login,
    merged_at: time,
    merge_commit_sha: words,
  }),
});

function pullRequest(body: unknown): RecordedChange[] {
  const found = pullSchema.safeParse(body);
  if (!found.success || found.data.action !== 'closed') return [];
  const { repository: repo, pull_request: pull } = found.data;
  if (!pull.merged_at) return [];
  return [
    {
      ...blankChange('pull_request', repo.full_name, pull.number, pull.merged_at),
      author: pull.user?.login ?? 'unknown',
      subject: pull.title,
      body: pull.body ?? '',
      url: pull.html_url,
      sha: pull.merge_commit_sha,
    },
  ];
}

const deploymentSchema = z.object({
  repository,
  deployment: z.object({
    id,
    sha: words,
    ref: words,
    environment: words,
    description: words,
    creator: login,
    created_at: time,
    payload: z.object({ service: words }).nullish().catch(null),
  }),
  deployment_status: z.object({ state: z.string(), created_at: time, log_url: words }).optional(),
});

/** A deployment, with its outcome where the message is about that; “pending” and the like are no outcome. */
function deployment(body: unknown, receivedAt: Date): RecordedChange[] {
  const found = deploymentSchema.safeParse(body);
  if (!found.success) return [];
  const { repository: repo, deployment: one, deployment_status: status } = found.data;
  const environment = one.environment ?? 'unknown';
  // “inactive” says that another one has replaced it: its own success has come before.
  const ended = status && ['success', 'failure', 'error'].includes(status.state);
  const subject = `${one.ref ?? one.sha ?? 'unknown'} to ${environment}`;
  return [
    {
      ...blankChange(
        'deploy',
        repo.full_name,
        one.id,
        (ended && status.created_at) || one.created_at || receivedAt,
      ),
      author: one.creator?.login ?? 'unknown',
      subject: ended && status.state !== 'success' ? `${subject} (${status.state})` : subject,
      body: one.description ?? '',
      url: status?.log_url || null,
      service: one.payload?.service ?? null,
      environment,
      sha: one.sha,
      complete: ended === true,
    },
  ];
}

const releaseSchema = z.object({
  action: z.string(),
  repository,
  release: z.object({
    id,
    tag_name: z.string(),
    name: words,
    body: words,
    html_url: words,
    target_commitish: words,
    published_at: time,
    author: login,
  }),
});

function release(body: unknown, receivedAt: Date): RecordedChange[] {
  const found = releaseSchema.safeParse(body);
  if (!found.success || found.data.action !== 'published') return [];
  const { repository: repo, release: one } = found.data;
  return [
    {
      ...blankChange('deploy', repo.full_name, `release ${one.id}`, one.published_at ?? receivedAt),
      author: one.author?.login ?? 'unknown',
      subject: `release ${one.name || one.tag_name}`,
      body: one.body ?? '',
      url: one.html_url,
      environment: 'release',
      // A branch's name is no commit, and is left out where the change is made inert.
      sha: one.target_commitish,
    },
  ];
}

/** Changes that an event tells of, by the event's name. */
export const GITHUB_CHANGES: ReadonlyMap<string, (body: unknown, receivedAt: Date) => RecordedChange[]> =
  new Map([
    ['push', push],
    ['pull_request', pullRequest],
    ['deployment', deployment],
    ['deployment_status', deployment],
    ['release', release],
  ]);
