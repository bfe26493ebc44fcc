import { canonicalJson } from '../incident/canonical.ts';
import type { StoredEvidence } from '../incident/evidence.ts';
import type { Incident } from '../incident/incident.ts';
import type { Reason } from '../incident/proposal.ts';
import type { ServiceCatalogue } from '../incident/service.ts';
import type { Draft, PlanDraft } from './draft.ts';
import { runbookPlans } from './runbook-fixes.ts';

/**
 * The plans that runbooks name, each step with all that speaks for and against the same action by itself: an action is as
 * sure within a plan as alone.
 */
export function draftPlans(
  incident: Incident,
  evidence: readonly StoredEvidence[],
  catalogue: ServiceCatalogue,
  fixes: readonly Draft[],
): PlanDraft[] {
  const alone = new Map(fixes.map((fix) => [keyOf(fix), fix]));
  return runbookPlans(incident, evidence, catalogue).map((plan) => ({
    ...plan,
    steps: plan.steps.map((step) => withFix(step, alone.get(keyOf(step)))),
  }));
}

function withFix(step: Draft, fix: Draft | undefined): Draft {
  if (!fix) return step;
  return {
    ...step,
    score: fix.score,
    reasonsFor: eachOnce([...fix.reasonsFor, ...step.reasonsFor]),
    reasonsAgainst: eachOnce([...fix.reasonsAgainst, ...step.reasonsAgainst]),
  };
}

function eachOnce(reasons: readonly Reason[]): Reason[] {
  return reasons.filter(({ text }, place) => reasons.findIndex((one) => one.text === text) === place);
}

function keyOf({ action, service }: Draft): string {
  return canonicalJson({ action, service });
}
