import type { Config } from '../config.ts';

/**
 * `intake` takes webhooks, and nothing that a flood of them could hold up; `web` takes webhooks and Slack's
 * requests; `worker` places alerts, prepares fixes and sends messages; `executor` carries out what was approved and is
 * the only one that holds write credentials; `all` does everything.
 */
export const ROLES = ['all', 'web', 'intake', 'worker', 'executor'] as const;
export type Role = (typeof ROLES)[number];

export type Duties = { hooks: boolean; slack: boolean; work: boolean; execute: boolean };

/** What a process of a role does. */
export function duties(role: Role): Duties {
  return {
    hooks: role === 'all' || role === 'web' || role === 'intake',
    slack: role === 'all' || role === 'web',
    work: role === 'all' || role === 'worker',
    execute: role === 'all' || role === 'executor',
  };
}

/** Refuses a process of several that lacks what they must share, before anything is begun. */
export function assertShared(role: Role, config: Pick<Config, 'slack' | 'team' | 'databaseUrl'>): void {
  if (role === 'all') return;
  // The executor sends no messages, so it is better off without Slack's tokens.
  if ((!config.slack && role !== 'executor') || !config.team) {
    const needs = role === 'executor' ? 'a sitrep.yaml' : 'real Slack and a sitrep.yaml';
    throw new Error(
      `The role ${role} needs ${needs}, because the local stand-ins live in one process. Set them up (README), or start without --role.`,
    );
  }
  if (!config.databaseUrl) {
    throw new Error(
      `The role ${role} needs a PostgreSQL server, because the embedded database belongs to one process. Set DATABASE_URL (README), or start without --role.`,
    );
  }
}

/** Refuses a process whose write credentials and role do not fit, so that no path from a model leads to one. */
export function assertSeparate(
  role: Role,
  { writeCredentials, kubernetes }: Pick<Config, 'writeCredentials' | 'kubernetes'>,
): void {
  if (!duties(role).execute && writeCredentials.length > 0) {
    throw new Error(
      `The role ${role} must not hold ${writeCredentials.join(' and ')}: only the executor writes. Unset it here and give it to a process started with --role executor; reading takes KUBERNETES_TOKEN and GITHUB_TOKEN.`,
    );
  }
  if (role === 'executor' && kubernetes && !kubernetes.writeToken) {
    throw new Error(
      'The role executor needs KUBERNETES_WRITE_TOKEN, because sitrep.yaml names a cluster. Set it to the token of a service account that may patch deployments.',
    );
  }
}

/** What the one who starts a process should know of its write credentials; null where there is nothing to say. */
export function saidOfWriting(
  role: Role,
  { writeCredentials, github, kubernetes }: Pick<Config, 'writeCredentials' | 'github' | 'kubernetes'>,
): string | null {
  if (role === 'executor') {
    return github && !github.writeToken
      ? 'GITHUB_WRITE_TOKEN is missing: actions on GitHub will be refused'
      : null;
  }
  if (role !== 'all') return null;
  const both = [
    ...(kubernetes && !kubernetes.writeToken ? ['KUBERNETES_TOKEN'] : []),
    ...(github && !github.writeToken ? ['GITHUB_TOKEN'] : []),
  ];
  const held = [...writeCredentials, ...both];
  if (held.length === 0) return null;
  return `this one process also writes, with ${held.join(' and ')}; to keep write credentials apart from the model, start the roles as processes of their own (docs/operations.md)`;
}
