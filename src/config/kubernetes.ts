import { z } from 'zod';

/**
 * A name that RBAC binds to. Those that begin with `system:` are Kubernetes' own, among them the group that
 * may do everything; nobody is to be made into one of them by approving something.
 */
const subject = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, 'visible ASCII characters without spaces, as RBAC names the subject')
  .refine((name) => !name.startsWith('system:'), 'names that begin with system: cannot be impersonated');

/** `people[].kubernetes`. */
export const kubernetesUser = subject.optional();

export const kubernetesSchema = z
  .strictObject({
    url: z.url(),
    impersonate: z
      .strictObject({ user_prefix: subject.optional(), groups: z.array(subject).default([]) })
      .optional(),
  })
  .optional();

/** In whose name writes are made: Kubernetes users by Slack user id, and groups that all of them get. */
export type Impersonation = { users: ReadonlyMap<string, string>; groups: string[] };

export type KubernetesCluster = { url: string; impersonation: Impersonation | null };

/** A person's own entry wins over the prefix; without either that person has no Kubernetes user. */
export function kubernetesOf(
  given: z.infer<typeof kubernetesSchema>,
  people: readonly { slack: string; kubernetes?: string | undefined }[],
): KubernetesCluster | null {
  if (!given) return null;
  const { url, impersonate } = given;
  if (!impersonate) return { url, impersonation: null };
  const prefix = impersonate.user_prefix;
  const users = people.flatMap(({ slack, kubernetes }): [string, string][] => {
    const user = kubernetes ?? (prefix === undefined ? undefined : `${prefix}${slack}`);
    return user === undefined ? [] : [[slack, user]];
  });
  return { url, impersonation: { users: new Map(users), groups: impersonate.groups } };
}
