import type { Config } from '../config.ts';
import { duties, type Role } from './role.ts';

/**
 * Refuses a process whose credentials and role do not fit, so that no path from a model leads to a write credential,
 * and nobody finds out in an incident that one is missing.
 */
export function assertSeparate(
  role: Role,
  config: Pick<Config, 'writeCredentials' | 'named' | 'missing' | 'kubernetes' | 'unleash'>,
): void {
  const { writeCredentials, named } = config;
  if (!duties(role).execute && writeCredentials.length > 0) {
    const where = named.filter((one) => one.writes && writeCredentials.includes(one.variable));
    const because = where.map((one) => `${one.variable} is what ${one.named} writes with`);
    throw new Error(
      `The role ${role} must not hold ${writeCredentials.join(' and ')}: only the executor writes${because.length > 0 ? ` (${because.join(', ')})` : ''}. Unset it here and give it to a process started with --role executor; what reads takes variables of its own (docs/operations.md).`,
    );
  }
  const lacking = lackedBy(role, config);
  if (lacking.length > 0) throw new Error(`${lacking.join(' ')} Set it and start again.`);
}

/** What sitrep.yaml asks a process of this role to have and it has not, in sentences. */
function lackedBy(
  role: Role,
  { named, missing, kubernetes, unleash }: Pick<Config, 'named' | 'missing' | 'kubernetes' | 'unleash'>,
): string[] {
  const lacking = missing
    .filter(({ neededBy }) => neededBy.some((duty) => duties(role)[duty]))
    .map((one) => {
      const writes = named.find((other) => other.writes && other.variable === one.variable);
      return writes && !one.writes && role !== 'all'
        ? `${one.variable} is missing, but ${one.named} in sitrep.yaml reads with it. ${writes.named} writes with it, so only the executor may hold it: give ${one.named} a variable of its own.`
        : `${one.variable} is missing, but ${one.named} in sitrep.yaml names it.`;
    });
  if (role !== 'executor') return lacking;
  if (kubernetes && !kubernetes.writeToken)
    lacking.push(
      'The role executor needs KUBERNETES_WRITE_TOKEN, because kubernetes.url in sitrep.yaml names a cluster, which only an executor changes: the token of a service account that may get and patch deployments (README.md, Kubernetes). No other process may have it.',
    );
  if (unleash && !unleash.writeToken)
    lacking.push(
      'The role executor needs UNLEASH_ADMIN_TOKEN, because sitrep.yaml names feature_flags in Unleash: a token that may switch flags there.',
    );
  return lacking;
}

/** What the one who starts a process should know of its write credentials; null where there is nothing to say. */
export function saidOfWriting(
  role: Role,
  config: Pick<Config, 'writeCredentials' | 'github' | 'kubernetes' | 'fly' | 'unleash' | 'team'>,
): string | null {
  const { writeCredentials, github, kubernetes, fly, unleash, team } = config;
  if (role === 'executor') {
    const services = [...(team?.catalogue.values() ?? [])];
    const without = [
      ...((github ?? services.some((one) => one.github)) && !github?.writeToken
        ? [
            'GITHUB_WRITE_TOKEN is missing, which an executor opens pull requests and starts workflows with: every approved action on GitHub will be refused. Where you want them, set a token that may write (docs/operations.md)',
          ]
        : []),
      ...((fly ?? services.some((one) => one.fly)) && !fly?.writeToken
        ? [
            'FLY_WRITE_TOKEN is missing, which an executor changes machines with: every approved action on Fly will be refused. Where you want them, set a deploy token of the apps (docs/operations.md)',
          ]
        : []),
    ];
    return without.length > 0 ? without.join('; ') : null;
  }
  if (role !== 'all') return null;
  const both = [
    ...(kubernetes && !kubernetes.writeToken ? ['KUBERNETES_TOKEN'] : []),
    ...(github && !github.writeToken ? ['GITHUB_TOKEN'] : []),
    ...(fly && !fly.writeToken ? ['FLY_API_TOKEN'] : []),
    ...(unleash && !unleash.writeToken ? ['UNLEASH_TOKEN'] : []),
  ];
  const held = [...writeCredentials, ...both];
  if (held.length === 0) return null;
  return `this one process also writes, with ${held.join(' and ')}; to keep write credentials apart from the model, start the roles as processes of their own (docs/operations.md)`;
}
