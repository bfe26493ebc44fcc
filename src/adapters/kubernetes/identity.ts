import type { Impersonation } from '../../config/kubernetes.ts';
import type { KubernetesIdentity } from './client.ts';
import { KubernetesError } from './error.ts';

/**
 * Whom the API server is to see. Of several approvers it is the last, whose approval let the action run. What
 * the policy alone allowed is nobody's and stays with Sitrep's own account; whether that may write is up to its
 * role. An approver without a Kubernetes user ends the write before it is sent.
 */
export function identityFor(
  approvedBy: readonly string[],
  impersonation: Impersonation | null,
): KubernetesIdentity | undefined {
  const approver = approvedBy.at(-1);
  if (!impersonation || approver === undefined) return undefined;
  const user = impersonation.users.get(approver);
  if (user !== undefined) return { user, groups: impersonation.groups };
  throw new KubernetesError(
    `Approver ${approver} has no Kubernetes user; add “kubernetes” to that entry of people in sitrep.yaml, or kubernetes.impersonate.user_prefix`,
    { code: 0, reason: 'NoIdentity', outcome: 'refused' },
  );
}
