import type { Config } from '../config.ts';

/**
 * `intake` takes webhooks, and nothing that a flood of them could hold up; `web` takes webhooks and Slack's
 * requests; `worker` places alerts, carries out steps and sends messages; `all` does everything.
 */
export const ROLES = ['all', 'web', 'intake', 'worker'] as const;
export type Role = (typeof ROLES)[number];

/** What a process of a role does. */
export function duties(role: Role): { hooks: boolean; slack: boolean; work: boolean } {
  return {
    hooks: role !== 'worker',
    slack: role === 'all' || role === 'web',
    work: role === 'all' || role === 'worker',
  };
}

/** Refuses a process of several that lacks what they must share, before anything is begun. */
export function assertShared(role: Role, config: Pick<Config, 'slack' | 'team' | 'databaseUrl'>): void {
  if (role === 'all') return;
  if (!config.slack || !config.team) {
    throw new Error(
      `The role ${role} needs real Slack and a sitrep.yaml, because the local stand-ins live in one process. Set them up (README), or start without --role.`,
    );
  }
  if (!config.databaseUrl) {
    throw new Error(
      `The role ${role} needs a PostgreSQL server, because the embedded database belongs to one process. Set DATABASE_URL (README), or start without --role.`,
    );
  }
}
