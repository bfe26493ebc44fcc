import type { Action } from '../incident/action.ts';
import { canonicalJson } from '../incident/canonical.ts';
import {
  BELIEVABLE,
  type Recommendation,
  type RunbookAction,
  type StoredEvidence,
} from '../incident/evidence.ts';
import { HEADING_STEP } from '../incident/documents/passages.ts';
import type { Incident } from '../incident/incident.ts';
import type { Reason } from '../incident/proposal.ts';
import { withDependencies, type Service, type ServiceCatalogue } from '../incident/service.ts';
import { declaresTarget, targetServices } from '../incident/target-services.ts';
import { scoreOf, type Draft, type PlanDraft } from './draft.ts';
import { diagnosed, ofKind, type About } from './evidence-of.ts';
import { recommendedAction } from './recommended-action.ts';

/** What the retrieved runbooks name, for the service that they name or that is suspected. */
export function runbookFixes(
  incident: Incident,
  evidence: readonly StoredEvidence[],
  catalogue: ServiceCatalogue,
): Draft[] {
  return recommendations(incident, evidence, catalogue).flatMap((one) =>
    'plan' in one.recommended ? [] : (draftOf(one.recommended, one, evidence, catalogue) ?? []),
  );
}

/** The plans that they name, each once. One of which not every step can be made an action is no plan. */
export function runbookPlans(
  incident: Incident,
  evidence: readonly StoredEvidence[],
  catalogue: ServiceCatalogue,
): PlanDraft[] {
  const plans = recommendations(incident, evidence, catalogue).flatMap((one): PlanDraft[] => {
    if (!('plan' in one.recommended)) return [];
    const steps = one.recommended.plan.flatMap((step) => draftOf(step, one, evidence, catalogue) ?? []);
    return steps.length === one.recommended.plan.length ? [{ steps, score: scoreAt(one) }] : [];
  });
  const best = new Map<string, PlanDraft>();
  for (const plan of plans) {
    const key = canonicalJson(plan.steps.map(({ action }) => action));
    if ((best.get(key)?.score ?? -1) < plan.score) best.set(key, plan);
  }
  return [...best.values()];
}

type Recommended = {
  recommended: Recommendation;
  passage: About<'runbook'>;
  /** How far down its runbook's list it stands. */
  place: number;
  target: string | null;
};

function recommendations(
  incident: Incident,
  evidence: readonly StoredEvidence[],
  catalogue: ServiceCatalogue,
): Recommended[] {
  const target = suspectService(incident, evidence, catalogue);
  const seen = new Set<string>();
  return ofKind(evidence, 'runbook').flatMap((passage) => {
    // Several passages of one runbook carry the same recommendations; they count once.
    if (seen.has(passage.about.path)) return [];
    seen.add(passage.about.path);
    return passage.about.actions.map((recommended, place) => ({ recommended, passage, place, target }));
  });
}

function draftOf(
  recommended: RunbookAction,
  from: Recommended,
  evidence: readonly StoredEvidence[],
  catalogue: ServiceCatalogue,
): Draft | null {
  const named = catalogue.get(recommended.service ?? from.target ?? '');
  const action = named ? recommendedAction(recommended, named, evidence) : null;
  const service = named && action ? serviceOf(action, named, catalogue) : null;
  if (!service || !action) return null;
  return {
    action,
    service: service.name,
    score: scoreAt(from),
    reasonsFor: [
      { text: `the runbook “${runbookOf(from.passage)}” recommends it`, evidenceId: from.passage.id },
      ...diagnosed(action.tool, service.name, evidence),
    ],
    reasonsAgainst: caveats(action),
    ...(recommended.service !== undefined && !targetServices(catalogue, action)?.includes(service.name)
      ? { asksPeople: `only a runbook says that its target belongs to ${service.name}` }
      : {}),
  };
}

/** What is recommended stands above all of a runbook's sections; the one that was found may say nothing of it. */
function runbookOf({ title }: About<'runbook'>): string {
  return title.split(HEADING_STEP, 1)[0] ?? title;
}

/**
 * The service that the policy is asked about. A runbook may name a target by its arguments, but not say whose it is where
 * sitrep.yaml declares that: the rules for one service would be asked of what is done to another. Null where that leaves none.
 */
function serviceOf(action: Action, named: Service, catalogue: ServiceCatalogue): Service | null {
  const owners = targetServices(catalogue, action) ?? [];
  const [only, ...others] = owners;
  // Whoever declares a target of this kind is about no other.
  if (only === undefined) return declaresTarget(named, action) ? null : named;
  if (owners.includes(named.name)) return named;
  return others.length === 0 ? (catalogue.get(only) ?? null) : null;
}

function scoreAt({ passage, place }: Recommended): number {
  return scoreOf(0.2 + 0.35 * passage.score - 0.05 * place);
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
