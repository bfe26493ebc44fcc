import { randomUUID } from 'node:crypto';
import { bind } from '../act/catalogue.ts';
import { renderCard, type Unrendered } from '../incident/card.ts';
import { approversOf } from '../incident/person.ts';
import { stepPrefix } from '../incident/plan.ts';
import type { PolicyAnswer } from '../incident/policy.ts';
import { consentDigest, type PlanPlace, type Proposal } from '../incident/proposal.ts';
import type { Looked, OfferContext, OfferRules } from './look.ts';
import { predicateOf } from './predicate.ts';

/** A proposal that nobody has been asked about yet, with what the policy was asked about it and said. */
export type Fresh = Proposal & { policy: PolicyAnswer };

/** What a step takes from the plan that it belongs to. */
export type StepTerms = {
  /** The id of its own proposal. */
  id: string;
  place: PlanPlace;
  approvers: string[];
  expiresAt: Date;
  /** The services whose recovery tells whether the plan has helped; null where that is not asked of this step. */
  heals: string[] | null;
  notes: string[];
};

/** Freezes what people would consent to. */
export function freeze(
  { draft, confidence, prepared, asked, scored, verdict, policy }: Looked,
  context: OfferContext,
  rules: OfferRules,
  step: StepTerms | null,
): Fresh {
  const { action, service } = draft;
  const tool = bind(action);
  const expiresAt = step?.expiresAt ?? new Date(context.now.getTime() + rules.approvalS * 1000);
  // Undoing puts an old state back; whether the incident is over is not its affair.
  const heals = step ? step.heals : prepared.actsOnSymptom ? [service] : null;
  const predicate = predicateOf(
    context.undoes === null ? heals : null,
    prepared.settles ?? false,
    context,
    rules,
  );
  // What a plan has done is undone as a whole or by people: no step of it is undone by itself.
  const undoIfFailed = verdict.undo === 'auto' && context.undoes === null && !step ? prepared.inverse : null;
  const unrendered: Unrendered = {
    tool: action.tool,
    toolVersion: tool.version,
    schemaHash: tool.schemaHash,
    arguments: action.arguments,
    target: prepared.target,
    policyVersion: rules.policy.version,
    asked,
    approvers: step?.approvers ?? approversOf(rules.people, verdict.approvers),
    approvalsNeeded: verdict.approvals,
    confirm: verdict.confirm,
    undoIfFailed,
    ...(step ? { plan: step.place } : {}),
    predicate,
    shown: {
      dryRun: prepared.dryRun,
      expectedEffect: prepared.expectedEffect,
      inverse: prepared.inverse,
      cancel: prepared.cancel ?? tool.cancel,
      ...(step && step.notes.length > 0 ? { notes: step.notes } : {}),
      riskParts: scored.parts,
      policy: { rule: verdict.rule, autonomy: verdict.autonomy, because: verdict.because },
    },
    expiresAt: expiresAt.toISOString(),
  };
  const consent = { ...unrendered, card: renderCard(unrendered) };
  return {
    id: step?.id ?? randomUUID(),
    incidentId: context.incidentId,
    state: 'proposed',
    rank: context.rank,
    title: `${step ? stepPrefix(step.place) : ''}${context.undoes === null ? '' : 'Undo: '}${prepared.title}`,
    action,
    inverse: prepared.inverse,
    risk: asked.risk,
    confidence,
    score: draft.score,
    reasonsFor: draft.reasonsFor,
    reasonsAgainst: draft.reasonsAgainst,
    consent,
    digest: consentDigest(consent),
    policyRule: verdict.rule,
    autonomy: verdict.autonomy,
    service,
    requestedBy: context.requestedBy,
    undoes: context.undoes,
    decidedBy: null,
    decidedAt: null,
    decisionReason: null,
    expiresAt,
    createdAt: context.now,
    policy,
  };
}
