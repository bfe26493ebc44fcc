import { flagFile } from '../adapters/flags/flag-file.ts';
import { lookAtUnleash } from '../adapters/flags/unleash.ts';
import { githubClient } from '../adapters/github/client.ts';
import { kubernetesClient } from '../adapters/kubernetes/client.ts';
import { leadsTo } from '../adapters/outbound/outbound.ts';
import type { Config } from '../config.ts';
import { flyToChange, flyToRead } from '../main/fly.ts';
import { allowedHosts } from '../main/outbound.ts';
import { writeToken, type Role } from '../main/role.ts';

export type Check = { name: string; run: () => Promise<string> };

export function absent(name: string, how: string): Check {
  return { name, run: async () => `not configured (${how}); Sitrep works without it` };
}

/** Where actions are carried out: whether it can be read, with each token that a process of this role has. */
export function outsideAnswers(config: Config, role: Role): Check[] {
  const { github, kubernetes, team } = config;
  const services = [...(team?.catalogue.values() ?? [])];
  return [
    ...(github
      ? tokensOf(role, github).map(({ token, suffix }) => ({
          name: `GitHub${suffix}`,
          run: () => githubAnswers({ ...github, token }),
        }))
      : [absent('GitHub', 'GITHUB_TOKEN and GITHUB_REPOS')]),
    ...(kubernetes
      ? tokensOf(role, kubernetes).map(({ token, suffix }) => ({
          name: `Kubernetes${suffix}`,
          async run() {
            const client = kubernetesClient({ url: kubernetes.url, token, timeoutMs: 10_000 });
            const wanted = services.flatMap((service) => service.kubernetes ?? []);
            for (const one of wanted) await client.getDeployment(one.namespace, one.deployment);
            return `${wanted.length} deployments are readable`;
          },
        }))
      : [absent('Kubernetes', 'kubernetes.url in sitrep.yaml and KUBERNETES_TOKEN')]),
    ...flyAnswers(config, role),
    ...flagsAnswer(config, role),
    ...hostsAreAllowed(config),
  ];
}

function flyAnswers(config: Config, role: Role): Check[] {
  const { fly } = config;
  if (!fly) return [absent('Fly', 'FLY_API_TOKEN and fly.app of a service')];
  const apps = [...(config.team?.catalogue.values() ?? [])].flatMap((service) => service.fly?.app ?? []);
  return tokensOf(role, fly).map(({ suffix }) => ({
    name: `Fly${suffix}`,
    async run() {
      const reader = suffix ? flyToChange(config, role) : flyToRead(config);
      const machines = await Promise.all(apps.map(async (app) => (await reader?.machines(app)) ?? []));
      return `${machines.flat().length} machines of ${apps.length} apps are readable`;
    },
  }));
}

/** Flags: files by reading them, Unleash by asking for the environments of the project. No flag is switched. */
function flagsAnswer({ flagSources, unleash }: Config, role: Role): Check[] {
  return flagSources.flatMap((source): Check[] => {
    const name = `flags ${source.name}`;
    if ('file' in source)
      return [
        {
          name,
          async run() {
            const file = flagFile({ ...source, environment: source.environment ?? null });
            await file.read('sitrep-doctor');
            return `${source.file} is readable`;
          },
        },
      ];
    if (!unleash) return [absent(name, 'UNLEASH_URL, and UNLEASH_TOKEN or UNLEASH_ADMIN_TOKEN')];
    const { project, environment } = source.unleash;
    return tokensOf(role, unleash).map(({ token, suffix }) => ({
      name: `${name}${suffix}`,
      async run() {
        await lookAtUnleash({ url: unleash.url, token, project, environment });
        return `Unleash has the environment ${environment} of the project ${project}`;
      },
    }));
  });
}

/** The hosts of the templates: whether each has addresses, and such as may be connected to. Nothing is sent. */
function hostsAreAllowed(config: Config): Check[] {
  const allow = allowedHosts(config);
  const origins = new Map(config.http.map(({ template }) => [new URL(template.url).origin, template.url]));
  return [...origins].map(([origin, url]) => ({
    name: `HTTP ${origin}`,
    async run() {
      const addresses = await leadsTo(url, { allow });
      return `leads to ${addresses.join(', ')}, which is allowed; nothing was sent`;
    },
  }));
}

/** The tokens that a process of this role uses. What one may write cannot be tried without writing. */
function tokensOf(
  role: Role,
  access: { token: string; writeToken: string | null },
): { token: string; suffix: string }[] {
  const writing = writeToken(role, access);
  return [
    { token: access.token, suffix: '' },
    ...(writing !== null && writing !== access.token
      ? [{ token: writing, suffix: ' with the token that writes' }]
      : []),
  ];
}

async function githubAnswers(github: NonNullable<Config['github']>): Promise<string> {
  const apiUrl = github.apiUrl ?? 'https://api.github.com';
  const client = githubClient({ token: github.token, apiUrl, userAgent: 'sitrep' });
  const until = new Date();
  const since = new Date(until.getTime() - 24 * 3600_000);
  for (const repo of github.repos) await client.commits({ repo, since, until, limit: 1 });
  return `${github.repos.length} repositories are readable`;
}
