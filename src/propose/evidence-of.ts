import type { Action } from '../incident/action.ts';
import type { EvidenceAbout, StoredEvidence } from '../incident/evidence.ts';
import { isSameSha } from '../incident/own-action.ts';
import type { Reason } from '../incident/proposal.ts';
import type { Remediation } from '../incident/remediation.ts';

export type About<K extends EvidenceAbout['kind']> = StoredEvidence & {
  about: Extract<EvidenceAbout, { kind: K }>;
};

/** The evidence of one kind, best first. */
export function ofKind<K extends EvidenceAbout['kind']>(
  evidence: readonly StoredEvidence[],
  kind: K,
): About<K>[] {
  return evidence.filter((one): one is About<K> => one.about.kind === kind).sort((a, b) => b.score - a.score);
}

/** The commit that a rollout brought, where it is among the evidence. */
export function commitOf(
  { about }: About<'deploy'>,
  evidence: readonly StoredEvidence[],
): About<'commit'> | undefined {
  const { sha } = about;
  return ofKind(evidence, 'commit').find((one) => sha !== null && isSameSha(one.about.sha, sha));
}

/** What the diagnosis says for an action on a service, if it says so. */
export function diagnosed(
  tool: Action['tool'],
  service: string,
  evidence: readonly StoredEvidence[],
): Reason[] {
  return ofKind(evidence, 'diagnosis').flatMap(({ id, about }) =>
    about.service === service && toolFor(about.remedy) === tool
      ? [{ text: `the signs began in ${service} and look like a case for it`, evidenceId: id }]
      : [],
  );
}

function toolFor(remedy: Remediation | null): Action['tool'] | null {
  switch (remedy) {
    case 'rollback':
    case 'config-revert':
      return 'kubernetes.rollback';
    case 'restart':
      return 'kubernetes.restart';
    case 'scale':
      return 'kubernetes.scale';
    default:
      return null;
  }
}
