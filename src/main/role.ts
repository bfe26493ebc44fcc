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

/** The token that this process writes with; one process that does everything makes do with the reading one. */
export function writeToken(
  role: Role,
  access: { token: string; writeToken: string | null } | null,
): string | null {
  if (role === 'executor') return access?.writeToken ?? null;
  return role === 'all' ? (access?.writeToken ?? access?.token ?? null) : null;
}
