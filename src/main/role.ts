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
