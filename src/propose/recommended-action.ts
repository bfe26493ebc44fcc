import { parseAction, type Action } from '../incident/action.ts';
import type { RunbookAction, StoredEvidence } from '../incident/evidence.ts';
import type { Service } from '../incident/service.ts';
import { ofKind } from './evidence-of.ts';
import { isWorthRollingBack } from './rollbacks.ts';

/** The typed action that a recommendation means for a service; null where its arguments do not follow. */
export function recommendedAction(
  recommended: RunbookAction,
  service: Service,
  evidence: readonly StoredEvidence[],
): Action | null {
  if (recommended.arguments) return namedAction(recommended);
  const { kubernetes, fly } = service;
  switch (recommended.tool) {
    case 'kubernetes.restart':
    case 'kubernetes.pause_rollout':
    case 'kubernetes.resume_rollout':
      return kubernetes && { tool: recommended.tool, arguments: kubernetes };
    case 'kubernetes.scale':
      return kubernetes && recommended.replicas !== undefined
        ? { tool: recommended.tool, arguments: { ...kubernetes, replicas: recommended.replicas } }
        : null;
    case 'kubernetes.rollback': {
      const [deploy] = ofKind(evidence, 'deploy').filter(
        (one) => one.about.service === service.name && isWorthRollingBack(one),
      );
      const revision = deploy?.about.previousRevision;
      return kubernetes && typeof revision === 'number'
        ? { tool: recommended.tool, arguments: { ...kubernetes, revision } }
        : null;
    }
    case 'github.open_revert_pull_request': {
      const [commit] = ofKind(evidence, 'commit').filter((one) => one.about.service === service.name);
      return commit
        ? { tool: recommended.tool, arguments: { repo: commit.about.repo, sha: commit.about.sha } }
        : null;
    }
    case 'fly.scale':
      return fly && recommended.replicas !== undefined
        ? { tool: recommended.tool, arguments: { ...fly, group: 'app', count: recommended.replicas } }
        : null;
    // What these act on does not follow from the service; a runbook that means them names the arguments.
    default:
      return null;
  }
}

/** A runbook's own arguments were checked when it was read; the catalogue may have changed since. */
function namedAction(recommended: RunbookAction): Action | null {
  try {
    return parseAction({ tool: recommended.tool, arguments: recommended.arguments });
  } catch {
    return null;
  }
}
