import { parseAction, type Action } from '../incident/action.ts';
import { canonicalJson } from '../incident/canonical.ts';
import { BELIEVABLE, type RunbookAction, type StoredEvidence } from '../incident/evidence.ts';
import type { Hypothesis } from '../incident/hypothesis.ts';
import type { Incident } from '../incident/incident.ts';
import type { Reason } from '../incident/proposal.ts';
import { withDependencies, type Service, type ServiceCatalogue } from '../incident/service.ts';

import type { Draft } from './draft.ts';
import { commitOf, diagnosed, ofKind, type About } from './evidence-of.ts';
import { flagFixes } from './flag-fixes.ts';

/**
 * Ranks fixes from what changed and from what the retrieved runbooks name; no model is asked.
 * The same incident and evidence always give the same drafts in the same order.
 */
export function draftFixes(
  incident: Incident,
  evidence: readonly StoredEvidence[],
  catalogue: ServiceCatalogue,
): Draft[] {
  const drafts = [
    ...rollbacks(incident, evidence, catalogue),
    ...runbookFixes(incident, evidence, catalogue),
    ...reverts(evidence),
    ...flagFixes(evidence),
  ];
  const merged = new Map<string, Draft>();
  for (const draft of drafts) {
    const key = canonicalJson(draft.action);
    const known = merged.get(key);
    merged.set(key, known ? agreeing(known, draft) : draft);
  }
  return [...merged.values()].sort((a, b) => b.score - a.score || order(a) - order(b));
}

/** The cause that the rules believe in: the likeliest rollout, if one is likely at all. */
export function causesByRules(evidence: readonly StoredEvidence[]): Hypothesis[] {
  const [deploy] = ofKind(evidence, 'deploy').filter((one) => one.score >= BELIEVABLE);
  if (!deploy) return [];
  const commit = commitOf(deploy, evidence);
  const ill = ofKind(evidence, 'signal').filter((one) => one.score === 1);
  return [
    {
      statement: commit ? `${deploy.title} brought commit ${commit.title}` : `the rollout of ${deploy.title}`,
      verdict: ill.some((one) => one.about.service === deploy.about.service) ? 'supported' : 'open',
      evidenceFor: [deploy.id, ...(commit ? [commit.id] : []), ...ill.map((one) => one.id)],
      evidenceAgainst: [],
      by: 'rules',
    },
  ];
}

/** A rollout that went well for longer than this is no reason to roll it back. */
const OLD_S = 3 * 3600;

/** A rollout that is less likely guilty than this is not worth a rollback, or a place in the list of them. */
const LEAST = 0.15;

function rollbacks(
  incident: Incident,
  evidence: readonly StoredEvidence[],
  catalogue: ServiceCatalogue,
): Draft[] {
  const signals = ofKind(evidence, 'signal');
  // Only the latest rollout of each deployment is what runs; undoing an older one would undo that as well.
  const latest = new Map<string, About<'deploy'>>();
  for (const one of ofKind(evidence, 'deploy')) {
    const known = latest.get(one.about.deployment);
    if (!known || one.about.revision > known.about.revision) latest.set(one.about.deployment, one);
  }
  return [...latest.values()].flatMap((deploy): Draft[] => {
    const { about } = deploy;
    if (!about.running || about.previousRevision === null || about.secondsBefore > OLD_S) return [];
    if (deploy.score < LEAST) return [];
    const commit = commitOf(deploy, evidence);
    const ill = signals.find((one) => one.about.service === about.service && one.score === 1);
    const well = signals.filter((one) => one.about.service === about.service).every((one) => one.score < 1);
    return [
      {
        action: {
          tool: 'kubernetes.rollback',
          arguments: {
            namespace: about.namespace,
            deployment: about.deployment,
            revision: about.previousRevision,
          },
        },
        service: about.service,
        score: clamp(0.35 + 0.45 * deploy.score + (ill ? 0.15 : 0) - (well && signals.length > 0 ? 0.15 : 0)),
        reasonsFor: [
          { text: `${deploy.title}: ${deploy.why}`, evidenceId: deploy.id },
          ...(commit ? [{ text: `it brought ${commit.title}`, evidenceId: commit.id }] : []),
          ...(ill ? [{ text: `${ill.title} is ${ill.why}`, evidenceId: ill.id }] : []),
          ...diagnosed('kubernetes.rollback', about.service, evidence),
        ],
        reasonsAgainst: [
          ...(incident.services.includes(about.service)
            ? []
            : [
                {
                  text: `${about.service} itself raised no alert; ${nearest(incident, about.service, catalogue)}`,
                  evidenceId: null,
                },
              ]),
          { text: 'whatever else that revision brought is undone as well', evidenceId: null },
        ],
      },
    ];
  });
}

function runbookFixes(
  incident: Incident,
  evidence: readonly StoredEvidence[],
  catalogue: ServiceCatalogue,
): Draft[] {
  const target = suspectService(incident, evidence, catalogue);
  const seen = new Set<string>();
  return ofKind(evidence, 'runbook').flatMap((passage) => {
    // Several passages of one runbook carry the same recommendations; they count once.
    if (seen.has(passage.about.path)) return [];
    seen.add(passage.about.path);
    return passage.about.actions.flatMap((recommended, place): Draft[] => {
      const service = catalogue.get(recommended.service ?? target ?? '');
      const action = service ? actionFrom(recommended, service, evidence) : null;
      if (!service || !action) return [];
      return [
        {
          action,
          service: service.name,
          score: clamp(0.2 + 0.35 * passage.score - 0.05 * place),
          reasonsFor: [
            { text: `the runbook “${passage.title}” recommends it`, evidenceId: passage.id },
            ...diagnosed(action.tool, service.name, evidence),
          ],
          reasonsAgainst: caveats(action),
        },
      ];
    });
  });
}

function reverts(evidence: readonly StoredEvidence[]): Draft[] {
  const [commit] = ofKind(evidence, 'commit').sort((a, b) => b.score - a.score);
  if (!commit || commit.score < BELIEVABLE) return [];
  return [
    {
      action: {
        tool: 'github.open_revert_pull_request',
        arguments: { repo: commit.about.repo, sha: commit.about.sha },
      },
      service: commit.about.service,
      score: clamp(0.15 + 0.35 * commit.score),
      reasonsFor: [{ text: `${commit.title}: ${commit.why}`, evidenceId: commit.id }],
      reasonsAgainst: [
        { text: 'it takes a review, a merge and a rollout before anything gets better', evidenceId: null },
      ],
    },
  ];
}

function actionFrom(
  recommended: RunbookAction,
  service: Service,
  evidence: readonly StoredEvidence[],
): Action | null {
  if (recommended.arguments) return namedAction(recommended);
  const { kubernetes } = service;
  switch (recommended.tool) {
    case 'kubernetes.restart':
      return kubernetes && { tool: recommended.tool, arguments: kubernetes };
    case 'kubernetes.scale':
      return kubernetes && recommended.replicas !== undefined
        ? { tool: recommended.tool, arguments: { ...kubernetes, replicas: recommended.replicas } }
        : null;
    case 'kubernetes.rollback': {
      const deploy = ofKind(evidence, 'deploy').find(
        ({ about }) => about.service === service.name && about.running,
      );
      // What Sitrep put back itself, what nobody suspects and what ran well for long is not rolled back.
      if (!kubernetes || !deploy || deploy.score < LEAST || deploy.about.secondsBefore > OLD_S) return null;
      const revision = deploy.about.previousRevision;
      return revision === null ? null : { tool: recommended.tool, arguments: { ...kubernetes, revision } };
    }
    case 'github.open_revert_pull_request': {
      const [commit] = ofKind(evidence, 'commit').filter((one) => one.about.service === service.name);
      return commit
        ? { tool: recommended.tool, arguments: { repo: commit.about.repo, sha: commit.about.sha } }
        : null;
    }
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

function caveats(action: Action): Reason[] {
  switch (action.tool) {
    case 'kubernetes.restart':
      return [
        { text: 'a restart hides the cause; it comes back when the cause is in the code', evidenceId: null },
      ];
    case 'kubernetes.scale':
      return [{ text: 'more replicas help against load, not against a defect', evidenceId: null }];
    case 'kubernetes.rollback':
      return [{ text: 'whatever else that revision brought is undone as well', evidenceId: null }];
    case 'github.open_revert_pull_request':
      return [
        { text: 'it takes a review, a merge and a rollout before anything gets better', evidenceId: null },
      ];
    default:
      return [];
  }
}

/** Where a general recommendation should be applied: the likeliest rollout, else the deepest service that alerts. */
function suspectService(
  incident: Incident,
  evidence: readonly StoredEvidence[],
  catalogue: ServiceCatalogue,
): string | null {
  const [deploy] = ofKind(evidence, 'deploy').filter((one) => one.score >= BELIEVABLE);
  if (deploy) return deploy.about.service;
  const deepest = incident.services.find(
    (name) =>
      !withDependencies(catalogue, name).some(
        (other) => other.distance > 0 && incident.services.includes(other.name),
      ),
  );
  return deepest ?? incident.service;
}

function nearest(incident: Incident, service: string, catalogue: ServiceCatalogue): string {
  const above = incident.services.find((name) =>
    withDependencies(catalogue, name).some((other) => other.name === service),
  );
  return above ? `${above}, which depends on it, did` : 'a service near it did';
}

function agreeing(a: Draft, b: Draft): Draft {
  const texts = new Set(a.reasonsAgainst.map((reason) => reason.text));
  return {
    ...a,
    // Two independent reasons leave less doubt than either alone.
    score: clamp(1 - (1 - a.score) * (1 - b.score * 0.5)),
    reasonsFor: [...a.reasonsFor, ...b.reasonsFor],
    reasonsAgainst: [...a.reasonsAgainst, ...b.reasonsAgainst.filter((reason) => !texts.has(reason.text))],
  };
}

const clamp = (value: number) => Math.min(0.95, Math.max(0.02, value));

// Ties are broken by how quickly and how completely an action can be undone.
const order = (draft: Draft) =>
  [
    'kubernetes.rollback',
    'kubernetes.restart',
    'kubernetes.scale',
    'github.open_revert_pull_request',
  ].indexOf(draft.action.tool);
