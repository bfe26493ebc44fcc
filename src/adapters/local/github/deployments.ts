import { answer, refusal, type ApiAnswer, type ApiRequest } from './exchange.ts';

/** A deployment to begin with: what was rolled out before GitHub was started. */
type KnownDeployment = { sha: string; ref: string; at: Date; description: string; service: string };

type Deployment = {
  id: number;
  url: string;
  statuses_url: string;
  repository_url: string;
  sha: string;
  ref: string;
  task: string;
  environment: string;
  description: string;
  payload: unknown;
  created_at: string;
  updated_at: string;
};
type Status = { id: number; state: string; description: string; environment: string; created_at: string };
type Entry = { deployment: Deployment; statuses: Status[] };

/** GitHub's deployments API, which the emulator lacks: list, create, get, and their statuses, newest first. */
export function deploymentRoutes(options: {
  baseUrl: string;
  repository: string;
  known: KnownDeployment[];
  resolve: (ref: string) => Promise<string | undefined>;
}): (request: ApiRequest) => Promise<ApiAnswer | undefined> {
  const root = `/repos/${options.repository}/deployments`;
  const entries: Entry[] = [];

  const create = (
    given: Pick<Deployment, 'sha' | 'ref' | 'environment' | 'description' | 'payload'>,
    at: Date,
  ) => {
    const id = entries.length + 1;
    const deployment: Deployment = {
      id,
      url: `${options.baseUrl}${root}/${id}`,
      statuses_url: `${options.baseUrl}${root}/${id}/statuses`,
      repository_url: `${options.baseUrl}/repos/${options.repository}`,
      task: 'deploy',
      created_at: at.toISOString(),
      updated_at: at.toISOString(),
      ...given,
    };
    const entry: Entry = { deployment, statuses: [] };
    entries.unshift(entry);
    return entry;
  };
  for (const { at, service, ...fields } of options.known) {
    const entry = create({ ...fields, environment: 'production', payload: { service } }, at);
    addStatus(entry, 'success', '', at);
  }

  const createFromBody = async (body: Record<string, unknown>, at: Date) => {
    const { ref, environment = 'production', description = '', payload = {} } = body;
    if (typeof ref !== 'string') return refusal(422, 'Validation Failed: ref is missing.');
    const sha = await options.resolve(ref);
    if (!sha) return refusal(422, `No ref found for: ${ref}`);
    const fields = { sha, ref, environment: String(environment), description: String(description), payload };
    return answer(201, create(fields, at).deployment);
  };

  return async ({ method, url, body, at }) => {
    if (url.pathname !== root && !url.pathname.startsWith(`${root}/`)) return undefined;
    const [id, rest] = url.pathname.slice(root.length + 1).split('/');
    const fields = (body ?? {}) as Record<string, unknown>;
    if (!id && method === 'GET') return answer(200, listed(entries, url.searchParams));
    if (!id && method === 'POST') return createFromBody(fields, at);
    const entry = entries.find(({ deployment }) => String(deployment.id) === id);
    if (entry && !rest && method === 'GET') return answer(200, entry.deployment);
    if (entry && rest === 'statuses' && method === 'GET') return answer(200, entry.statuses);
    if (entry && rest === 'statuses' && method === 'POST') {
      if (typeof fields['state'] !== 'string') return refusal(422, 'Validation Failed: state is missing.');
      return answer(201, addStatus(entry, fields['state'], String(fields['description'] ?? ''), at));
    }
    return refusal(404, 'Not Found');
  };
}

function addStatus({ deployment, statuses }: Entry, state: string, description: string, at: Date): Status {
  const id = deployment.id * 1000 + statuses.length + 1;
  const status = {
    id,
    state,
    description,
    environment: deployment.environment,
    created_at: at.toISOString(),
  };
  statuses.unshift(status);
  return status;
}

function listed(entries: Entry[], query: URLSearchParams): Deployment[] {
  const filters = (['sha', 'ref', 'environment', 'task'] as const).filter((name) => query.has(name));
  const size = Math.min(100, Number(query.get('per_page') ?? 30));
  const start = (Number(query.get('page') ?? 1) - 1) * size;
  return entries
    .map(({ deployment }) => deployment)
    .filter((deployment) => filters.every((name) => deployment[name] === query.get(name)))
    .slice(start, start + size);
}
