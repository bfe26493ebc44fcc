import type { RecordedChange } from '../../incident/change.ts';
import { statusList } from './change-schema.ts';
import { GitHubError } from './errors.ts';
import type { GitHubReader } from './reader.ts';
import { splitRepo } from './repo.ts';

const DAY_MS = 86_400_000;
const SETTLED = new Set(['success', 'failure', 'error', 'inactive']);

/** The deployment with its outcome and when that was; nothing while it is under way. */
export async function readDeployment(
  options: { reader: GitHubReader; repo: string; now: () => Date },
  change: RecordedChange,
): Promise<RecordedChange[]> {
  const { owner, repo } = splitRepo(options.repo);
  let statuses: ReturnType<typeof statusList.parse>;
  try {
    const got = await options.reader.get(`/repos/${owner}/${repo}/deployments/${change.key}/statuses`, {
      per_page: '100',
    });
    statuses = got.kind === 'page' ? statusList.parse(got.data) : [];
  } catch (error) {
    if (!(error instanceof GitHubError) || error.status !== 404) throw error;
    return [{ ...change, complete: true, subject: `${change.subject} (gone)` }];
  }
  // The first success is when it began to serve; a later “inactive” only says that another one replaced it.
  const success = statuses.findLast(({ state }) => state === 'success');
  const end = success ?? statuses.find(({ state }) => SETTLED.has(state));
  if (end) {
    const outcome = success ? '' : ` (${end.state})`;
    return [{ ...change, at: end.created_at, subject: `${change.subject}${outcome}`, complete: true }];
  }
  const old = options.now().getTime() - change.at.getTime() > DAY_MS;
  return old ? [{ ...change, subject: `${change.subject} (no outcome)`, complete: true }] : [];
}
