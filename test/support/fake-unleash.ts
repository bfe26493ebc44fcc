import { localServer } from './local-server.ts';

export const UNLEASH_TOKEN = process.env['UNLEASH_TEST_TOKEN'] ?? '*:*.admin-token-of-a-test';

type Answer = [status: number, body?: unknown];
type Event = { id: number; type: string; featureName: string; environment: string | null };

/** The few routes of Unleash's admin API that are asked; test/adapters/flags holds it to what the real one said. */
export async function startFakeUnleash(): Promise<{ url: string }> {
  const environments = ['development', 'production'];
  const flags = new Map<string, Map<string, boolean>>();
  const events: Event[] = [];
  const note = (type: string, featureName: string, environment: string | null) =>
    events.unshift({ id: events.length + 1, type, featureName, environment });

  const answer = (method: string, url: URL, body: string): Answer => {
    const path = url.pathname.replace('/api/admin/', '');
    if (path === 'projects/default/features' && method === 'POST') {
      const { name, type } = JSON.parse(body);
      if (flags.has(name)) return [409, { name: 'NameExistsError' }];
      flags.set(name, new Map(environments.map((one) => [one, false])));
      note('feature-created', name, null);
      return [201, { name, type, project: 'default', archived: false }];
    }
    if (path === 'search/events') {
      const feature = url.searchParams.get('feature')?.replace(/^IS:/, '');
      const found = events.filter((event) => event.featureName === feature);
      return [200, { events: found.slice(0, Number(url.searchParams.get('limit') ?? 50)) }];
    }
    if (path.startsWith('environments/project/')) {
      const known = path === 'environments/project/default';
      return [200, { version: 1, environments: environments.map((name) => ({ name, visible: known })) }];
    }
    const [, project, name = '', environment = '', verb] =
      /^projects\/([^/]+)\/features\/([^/]+)\/environments\/([^/]+)(?:\/(on|off))?$/.exec(path) ?? [];
    const states = project === 'default' ? flags.get(decodeURIComponent(name)) : undefined;
    const enabled = states?.get(environment);
    if (!states || enabled === undefined) return [404, { name: 'NotFoundError' }];
    if (!verb) return [200, { name, environment, enabled }];
    // Switching to what it is already leaves no event.
    if (enabled !== (verb === 'on')) {
      states.set(environment, verb === 'on');
      note(`feature-environment-${verb === 'on' ? 'enabled' : 'disabled'}`, name, environment);
    }
    return [200];
  };

  const origin = await localServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const known = request.headers.authorization === UNLEASH_TOKEN;
      const url = new URL(request.url ?? '/', 'http://unleash');
      const [status, said] = known
        ? answer(request.method ?? '', url, body)
        : [401, { name: 'UnauthorizedError' }];
      response.writeHead(status).end(said === undefined ? '' : JSON.stringify(said));
    });
  });
  return { url: origin };
}
