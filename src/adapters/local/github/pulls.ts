import { answer, refusal, type ApiAnswer, type ApiHandler, type ApiRequest } from './exchange.ts';

type Pull = {
  number: number;
  merge_commit_sha: string | null;
  base: { sha: string };
  head: { sha: string; ref: string };
};

/**
 * What the emulator lacks or gets wrong about pull requests: the ones of a commit, their files, and the
 * refusals of a second one for the same branch and of one for a branch that does not exist.
 */
export function pullRoutes(options: {
  repository: string;
  forward: ApiHandler;
}): (request: ApiRequest) => Promise<ApiAnswer | undefined> {
  const root = `/repos/${options.repository}`;
  const get = async (path: string) => {
    const url = new URL(`${root}/${path}`, 'http://emulator');
    return options.forward({ method: 'GET', url, body: undefined, at: new Date() });
  };

  const pullsOfCommit = async (sha: string) => {
    const pulls = (await get('pulls?state=all&per_page=100')).body as Pull[];
    const found: Pull[] = [];
    for (const pull of pulls) {
      const commits = (await get(`pulls/${pull.number}/commits?per_page=100`)).body as Array<{ sha: string }>;
      if (pull.merge_commit_sha === sha || commits.some((commit) => commit.sha === sha)) found.push(pull);
    }
    return answer(200, found);
  };

  const filesOf = async (number: string) => {
    const pull = await get(`pulls/${number}`);
    if (pull.status !== 200) return pull;
    const { base, head } = pull.body as Pull;
    const comparison = await get(`compare/${base.sha}...${head.sha}`);
    return answer(comparison.status, (comparison.body as { files: unknown }).files);
  };

  const refusePull = async (body: unknown) => {
    const { head } = (body ?? {}) as { head?: unknown };
    if (typeof head !== 'string') return undefined;
    const branch = head.replace(/^[^:]*:/, '');
    if ((await get(`git/ref/heads/${branch}`)).status !== 200)
      return refusal(422, 'Validation Failed: head is invalid.');
    const owner = options.repository.split('/')[0];
    const open = (await get(`pulls?state=open&head=${owner}:${encodeURIComponent(branch)}`)).body as Pull[];
    if (open.length > 0)
      return refusal(422, `Validation Failed: A pull request already exists for ${owner}:${branch}.`);
    return undefined;
  };

  return async ({ method, url, body }) => {
    if (!url.pathname.startsWith(`${root}/`)) return undefined;
    const path = url.pathname.slice(root.length + 1);
    if (method === 'POST' && path === 'pulls') return refusePull(body);
    if (method !== 'GET') return undefined;
    const [, sha] = /^commits\/([0-9a-f]{40})\/pulls$/.exec(path) ?? [];
    if (sha) return pullsOfCommit(sha);
    const [, number] = /^pulls\/(\d+)\/files$/.exec(path) ?? [];
    return number ? filesOf(number) : undefined;
  };
}
