import { z } from 'zod';
import { FlagError, type FlagSource } from './flag-source.ts';

const environmentSchema = z.object({ enabled: z.boolean() });
const eventsSchema = z.object({
  events: z.array(z.object({ id: z.number(), environment: z.string().nullish() })),
});

/** How many of a flag's newest events are looked through for one of the environment. */
const MOST_EVENTS = 100;
const TIMEOUT_MS = 10_000;

/**
 * One environment of a project in Unleash, by its admin API: https://docs.getunleash.io/api. Unleash has no conditional
 * writes; the newest event of the flag in the environment is what tells that somebody has changed it.
 */
export function unleashFlags(options: {
  name: string;
  url: string;
  token: string;
  project: string;
  environment: string;
  /** When it is aborted nothing more is sent, and what is under way is given up. */
  until?: AbortSignal | undefined;
}): FlagSource {
  const { name, project, environment } = options;
  const ask = client(options.url, options.token, options.until);
  const path = (flag: string) =>
    `projects/${encodeURIComponent(project)}/features/${encodeURIComponent(flag)}/environments/${encodeURIComponent(environment)}`;

  const read: FlagSource['read'] = async (flag) => {
    const [state, events] = await Promise.all([
      ask('GET', path(flag)),
      ask('GET', `search/events?feature=IS:${encodeURIComponent(flag)}&limit=${MOST_EVENTS}`),
    ]);
    if (state === null) return null;
    const { enabled } = environmentSchema.parse(state);
    const newest = eventsSchema
      .parse(events)
      .events.find((event) => event.environment === environment || !event.environment);
    return { enabled, version: newest ? `event ${newest.id}` : 'no event' };
  };

  return {
    name,
    environment,
    read,
    async set(flag, version, enabled) {
      const now = await read(flag);
      if (now?.version !== version)
        throw new FlagError('refused', `The flag ${flag} has changed in Unleash; ask for a fresh proposal.`);
      const done = await ask('POST', `${path(flag)}/${enabled ? 'on' : 'off'}`);
      if (done === null) throw new FlagError('refused', `Unleash has no flag ${flag} in ${environment}.`);
    },
  };
}

const projectSchema = z.object({
  environments: z.array(z.object({ name: z.string(), visible: z.boolean() })),
});

/** Reads that a project has an environment, and nothing of its flags. Rejects with what to correct. */
export async function lookAtUnleash(options: {
  url: string;
  token: string;
  project: string;
  environment: string;
}): Promise<void> {
  const { project, environment } = options;
  const ask = client(options.url, options.token, undefined);
  const found = await ask('GET', `environments/project/${encodeURIComponent(project)}`);
  const { environments } = projectSchema.parse(found ?? { environments: [] });
  // Of a project that does not exist all environments are told as well, none of them visible.
  const names = environments.filter(({ visible }) => visible).map(({ name }) => name);
  if (names.includes(environment)) return;
  throw new FlagError(
    'refused',
    `Unleash knows no environment ${environment} of the project ${project} (there are: ${names.join(', ') || 'none'}). Correct feature_flags in sitrep.yaml.`,
  );
}

/** Asks below `/api/admin/`; resolves to the answer's JSON, or null where there is no such thing. */
function client(url: string, token: string, until: AbortSignal | undefined) {
  const base = new URL('api/admin/', url.endsWith('/') ? url : `${url}/`);
  return async (method: 'GET' | 'POST', path: string): Promise<unknown> => {
    const outcome = method === 'GET' ? 'refused' : 'unknown';
    if (until?.aborted)
      throw new FlagError('refused', 'The time for this action is up; the request was not sent.');
    let status: number;
    let text: string;
    try {
      const response = await fetch(new URL(path, base), {
        method,
        headers: { authorization: token, accept: 'application/json' },
        redirect: 'manual',
        signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(until ? [until] : [])]),
      });
      ({ status } = response);
      text = await response.text();
    } catch (error) {
      throw new FlagError(outcome, `Unleash did not answer (${reason(error)}). Check UNLEASH_URL.`);
    }
    if (status === 404) return null;
    if (status === 401 || status === 403)
      throw new FlagError(
        'refused',
        `Unleash does not accept the token (${status}). Check UNLEASH_TOKEN and UNLEASH_ADMIN_TOKEN.`,
      );
    if (status >= 200 && status < 300) return text === '' ? {} : (JSON.parse(text) as unknown);
    const isRefusal = status >= 400 && status < 500;
    throw new FlagError(isRefusal ? 'refused' : outcome, `Unleash answered ${method} with ${status}.`);
  };
}

function reason(error: unknown): string {
  const { cause, message } = error as Error & { cause?: { code?: string } };
  return cause?.code ?? message;
}
