import { answer, refusal, type ApiAnswer, type ApiRequest } from './exchange.ts';

/** A deployment to begin with: what was rolled out before GitHub was started. */
export type KnownDeployment = { sha: string; ref: string; at: Date; description: string; service: string };

type Status = Record<string, unknown> & { id: number; state: string };
type Deployment = Record<string, unknown> & {
  id: number;
  sha: string;
  ref: string;
  environment: string;
  statuses: Status[];
};

/** GitHub's deployments API, which the emulator lacks: list, create, get, and their statuses. */
export function deploymentRoutes(options: {
  baseUrl: string;
  repository: string;
  known: KnownDeployment[];
  resolve: (ref: string) => Promise<string | undefined>;
}): (request: ApiRequest) => Promise<ApiAnswer | undefined> {
  const root = `/repos/${options.repository}/deployments`;
  const deployments: Deployment[] = [];

  const create = (fields: {
    sha: string;
    ref: string;
    at: Date;
    environment: string;
    description: string;
    payload: unknown;
  }) => {
    const id = deployments.length + 1;
    const at = fields.at.toISOString();
    const { at: _, ...kept } = fields;
    const deployment: Deployment = {
      id,
      url: `${options.baseUrl}${root}/${id}`,
      statuses_url: `${options.baseUrl}${root}/${id}/statuses`,
      repository_url: `${options.baseUrl}/repos/${options.repository}`,
      task: 'deploy',
      created_at: at,
      updated_at: at,
      ...kept,
      statuses: [],
    };
    deployments.unshift(deployment);
    return deployment;
  };
  const addStatus = (deployment: Deployment, state: string, description: string, at: Date) => {
    const status: Status = {
      id: deployment.id * 1000 + deployment.statuses.length + 1,
      state,
      description,
      environment: deployment.environment,
      created_at: at.toISOString(),
      updated_at: at.toISOString(),
      deployment_url: deployment['url'],
    };
    deployment.statuses.unshift(status);
    return status;
  };
  for (const { sha, ref, at, description, service } of options.known) {
    addStatus(
      create({ sha, ref, at, description, environment: 'production', payload: { service } }),
      'success',
      '',
      at,
    );
  }

  return async ({ method, url, body, at }) => {
    if (url.pathname !== root && !url.pathname.startsWith(`${root}/`)) return undefined;
    const [id, rest] = url.pathname.slice(root.length + 1).split('/');
    const given = (body ?? {}) as Record<string, unknown>;
    if (!id) {
      if (method === 'GET') return answer(200, listed(deployments, url.searchParams));
      if (method !== 'POST') return refusal(404, 'Not Found');
      if (typeof given['ref'] !== 'string') return refusal(422, 'Validation Failed: ref is missing.');
      const sha = await options.resolve(given['ref']);
      if (!sha) return refusal(422, `No ref found for: ${given['ref']}`);
      const { environment = 'production', description = '', payload = {} } = given;
      const fields = {
        sha,
        ref: given['ref'],
        at,
        environment: String(environment),
        description: String(description),
        payload,
      };
      return answer(201, shown(create(fields)));
    }
    const deployment = deployments.find((known) => String(known.id) === id);
    if (!deployment) return refusal(404, 'Not Found');
    if (!rest && method === 'GET') return answer(200, shown(deployment));
    if (rest === 'statuses' && method === 'GET') return answer(200, deployment.statuses);
    if (rest === 'statuses' && method === 'POST') {
      if (typeof given['state'] !== 'string') return refusal(422, 'Validation Failed: state is missing.');
      return answer(201, addStatus(deployment, given['state'], String(given['description'] ?? ''), at));
    }
    return refusal(404, 'Not Found');
  };
}

function listed(deployments: Deployment[], query: URLSearchParams) {
  const filters = (['sha', 'ref', 'environment', 'task'] as const).filter((name) => query.has(name));
  const size = Math.min(100, Number(query.get('per_page') ?? 30));
  const start = (Number(query.get('page') ?? 1) - 1) * size;
  return deployments
    .filter((deployment) => filters.every((name) => deployment[name] === query.get(name)))
    .slice(start, start + size)
    .map(shown);
}

function shown({ statuses: _, ...deployment }: Deployment) {
  return deployment;
}
