import { posix } from 'node:path';
import { diffFlags } from '../../incident/flag-diff.ts';
import type { RecordedChange } from '../../incident/change.ts';
import { commitDetail, fileContent } from './change-schema.ts';
import { GitHubError } from './errors.ts';
import type { GitHubReader } from './reader.ts';
import { splitRepo } from './repo.ts';

/** Which repository, and which of its files hold feature flags (globs). */
type DetailOptions = { reader: GitHubReader; repo: string; flagPaths: readonly string[] };

/** The commit with its files, and the feature flags that it changed in files that hold such. */
export async function readCommitChange(
  options: DetailOptions,
  change: RecordedChange,
): Promise<RecordedChange[]> {
  const { owner, repo } = splitRepo(options.repo);
  let data: unknown;
  try {
    const got = await options.reader.get(`/repos/${owner}/${repo}/commits/${change.key}`);
    data = got.kind === 'page' ? got.data : undefined;
  } catch (error) {
    // After a force push a commit may be gone for good; that it was there is worth keeping.
    const gone = error instanceof GitHubError && (error.status === 404 || error.status === 422);
    if (!gone) throw error;
    return [{ ...change, complete: true }];
  }
  const detail = commitDetail.parse(data);
  const commit: RecordedChange = {
    ...change,
    at: detail.commit.committer?.date ?? change.at,
    author: detail.commit.author?.name ?? change.author,
    ...messageOf(detail.commit.message),
    files: detail.files.map(({ filename, ...file }) => ({ path: filename, ...file })),
    url: detail.html_url,
    sha: detail.sha,
    complete: true,
  };
  const flagFiles = commit.files.filter(({ path }) =>
    options.flagPaths.some((glob) => posix.matchesGlob(path, glob)),
  );
  const parent = detail.parents[0]?.sha ?? null;
  const flags: RecordedChange[] = [];
  for (const { path } of flagFiles) {
    const before = parent === null ? '' : await textAt(options, path, parent);
    const after = await textAt(options, path, detail.sha);
    for (const flag of diffFlags(path, before, after)) {
      flags.push({
        ...commit,
        kind: 'flag',
        key: `${detail.sha} ${path} ${flag.key}`,
        subject: `${flag.key}: ${flag.before ?? 'absent'} → ${flag.after ?? 'absent'}`,
        body: commit.subject,
        files: commit.files.filter((file) => file.path === path),
        flag,
      });
    }
  }
  return [commit, ...flags];
}

/** A file's text at a commit; empty where there is none, and where it is no text of up to 1 MB. */
async function textAt(options: DetailOptions, path: string, ref: string): Promise<string> {
  const { owner, repo } = splitRepo(options.repo);
  const place = path.split('/').map(encodeURIComponent).join('/');
  try {
    const got = await options.reader.get(`/repos/${owner}/${repo}/contents/${place}`, { ref });
    const content = fileContent.safeParse(got.kind === 'page' ? got.data : null);
    return content.success ? Buffer.from(content.data.content, 'base64').toString('utf8') : '';
  } catch (error) {
    if (error instanceof GitHubError && error.status === 404) return '';
    throw error;
  }
}

/** A commit's message in two parts. */
export function messageOf(message: string): { subject: string; body: string } {
  const [subject = '', ...body] = message.split('\n');
  return { subject, body: body.join('\n').trim() };
}
