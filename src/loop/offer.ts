import { randomUUID } from 'node:crypto';
import { bind } from '../act/catalogue.ts';
import { NotApplicable, type Preparation } from '../act/tool.ts';
import { wasRefused, type ReadWorld } from '../act/world.ts';
import { weigh } from '../decide/weigh.ts';
import type { Confidence } from '../incident/confidence.ts';
import type { Person } from '../incident/person.ts';
import { renderCard, type Unrendered } from '../incident/card.ts';
import { draftTitle } from '../incident/not-proposed.ts';
import { stepPrefix } from '../incident/plan.ts';
import type {
  ActionRecord,
  Policy,
  PolicyAnswer,
  PolicySubject,
  RiskScore,
  Verdict,
} from '../incident/policy.ts';
import { consentDigest, type PlanPlace, type Proposal } from '../incident/proposal.ts';
import { dependants, type ServiceCatalogue } from '../incident/service.ts';
import type { Draft } from '../propose/draft.ts';
import { predicateOf, type Troubled } from './predicate.ts';
import { messageOf } from '../incident/text.ts';

export type OfferContext = Troubled & {
  incidentId: number;
  rank: number;
  requestedBy: string;
  /** The proposal that this one undoes, if any. */
  undoes: string | null;
  /** How the action has done on this service. */
  record: ActionRecord;
  /** Whether it waits for people although the policy would let it run by itself. */
  asksPeople?: boolean;
  now: Date;
};

export type OfferRules = {
  catalogue: ServiceCatalogue;
  policy: Policy;
  people: readonly Person[];
  approvalS: number;
  verifyS: number;
  holdS: number;
};

export type Withheld = {
  kind: 'withheld';
  title: string;
  why: string;
  /** Whether it may be possible later, as after an outage. */
  mayPass: boolean;
  /** What the policy was asked and said, where it was what said no. */
  policy?: PolicyAnswer;
};

export type Offer = { kind: 'proposal'; proposal: Proposal } | Withheld;

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

/** A draft that applies, with what the policy says of it. */
export type Looked = {
  kind: 'looked';
  draft: Draft;
  confidence: Confidence;
  prepared: Preparation;
  asked: PolicySubject;
  scored: RiskScore;
  verdict: Verdict & { autonomy: Proposal['autonomy'] };
};

/**
 * Makes a proposal of a draft: looks at the world, dry-runs, asks the policy, and freezes what a person
 * would consent to. A draft that does not apply or that the policy denies is withheld, with the reason.
 */
export async function offer(
  draft: Draft,
  confidence: Confidence,
  context: OfferContext,
  rules: OfferRules,
  world: ReadWorld,
): Promise<Offer> {
  const looked = await look(draft, confidence, context, rules, world);
  if (looked.kind === 'withheld') return looked;
  const found = context.asksPeople ? { ...looked, verdict: byPeople(looked.verdict) } : looked;
  return { kind: 'proposal', proposal: freeze(found, context, rules, null) };
}

function byPeople(verdict: Looked['verdict']): Looked['verdict'] {
  if (verdict.autonomy !== 'auto') return verdict;
  const because = [...verdict.because, 'what a plan or an undo has done is undone by people only'];
  return { ...verdict, autonomy: 'approve', approvals: Math.max(1, verdict.approvals), because };
}

/** Looks at the world, dry-runs and asks the policy. */
export async function look(
  draft: Draft,
  confidence: Confidence,
  context: Pick<OfferContext, 'now' | 'record'>,
  rules: OfferRules,
  world: ReadWorld,
): Promise<Looked | Withheld> {
  const { action, service } = draft;
  const tool = bind(action);
  const title = draftTitle(action.tool, service);
  let prepared;
  try {
    prepared = await tool.prepare(world, { service, dependants: dependants(rules.catalogue, service) });
  } catch (error) {
    return {
      kind: 'withheld',
      title,
      why: messageOf(error),
      mayPass: !(error instanceof NotApplicable || wasRefused(error)),
    };
  }
  const subject = {
    tool: action.tool,
    service,
    environment: rules.catalogue.get(service)?.environment ?? 'production',
    risk: prepared.risk ?? tool.risk,
    reversible: prepared.reversible ?? tool.reversible,
    delivers: tool.delivers,
    blastRadius: prepared.blastRadius,
    ...(draft.byHand ? { byHand: draft.byHand } : {}),
  };
  const when = { at: context.now, record: context.record };
  const { asked, scored, verdict } = weigh(rules.policy, subject, confidence, when);
  const { autonomy } = verdict;
  if (autonomy === 'off')
    return {
      kind: 'withheld',
      title,
      why: `policy “${verdict.rule}” says no`,
      mayPass: false,
      policy: answered(rules.policy, asked, verdict, context),
    };
  return {
    kind: 'looked',
    draft,
    confidence,
    prepared,
    asked,
    scored,
    verdict: { ...verdict, autonomy },
  };
}

/** All that an outsider needs to ask the policy again. */
function answered(
  { version }: Policy,
  asked: PolicySubject,
  { rule, autonomy, because }: Verdict,
  { now, record: { streak, failures, runs } }: Pick<OfferContext, 'now' | 'record'>,
): PolicyAnswer {
  return {
    version,
    at: now.toISOString(),
    asked,
    record: {
      streak,
      failures: failures && { ...failures, lastAt: failures.lastAt.toISOString() },
      runs: runs.map((run) => ({ ...run, at: run.at.toISOString() })),
    },
    rule,
    autonomy,
    because,
  };
}

/** Freezes what people would consent to. */
export function freeze(
  { draft, confidence, prepared, asked, scored, verdict }: Looked,
  context: OfferContext,
  rules: OfferRules,
  step: StepTerms | null,
): Proposal {
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
  const notes = [...(draft.caution === undefined ? [] : [draft.caution]), ...(step?.notes ?? [])];
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
      ...(notes.length > 0 ? { notes } : {}),
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
  };
}

/** Those whom the rule names, or everybody, as far as they may approve at all. */
export function approversOf(people: readonly Person[], named: string[] | null): string[] {
  return people
    .filter(
      (person) => person.mayApprove && !person.denied && (named === null || named.includes(person.slackId)),
    )
    .map((person) => person.slackId);
}
