import { maskSecrets } from '../incident/secrets.ts';
import { plain } from '../incident/text.ts';
import { randomUUID } from 'node:crypto';
import { bind } from '../act/catalogue.ts';
import { NotApplicable } from '../act/tool.ts';
import { wasRefused, type ReadWorld } from '../act/world.ts';
import { weigh } from '../decide/weigh.ts';
import type { Confidence } from '../incident/confidence.ts';
import type { StoredAlert } from '../incident/alert.ts';
import type { Person } from '../incident/person.ts';
import type { ActionRecord, Policy } from '../incident/policy.ts';
import { renderCard, type Unrendered } from '../incident/card.ts';
import { consentDigest, type Predicate, type Proposal } from '../incident/proposal.ts';
import { dependants, type ServiceCatalogue } from '../incident/service.ts';
import type { Draft } from '../propose/draft.ts';

export type OfferContext = {
  incidentId: number;
  /** The services that alert; their signals must recover along with the target's own. */
  alerting: string[];
  /** The alerts that fire now. */
  firing: Pick<StoredAlert, 'source' | 'fingerprint' | 'name' | 'service'>[];
  rank: number;
  requestedBy: string;
  /** The proposal that this one undoes, if any. */
  undoes: string | null;
  /** How the action has done on this service. */
  record: ActionRecord;
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

export type Offer =
  | { kind: 'proposal'; proposal: Proposal }
  | {
      kind: 'withheld';
      title: string;
      why: string;
      /** Whether it may be possible later, as after an outage. */
      mayPass: boolean;
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
  const { action, service } = draft;
  const tool = bind(action);
  const plainTitle = `${action.tool} on ${service || 'the repository'}`;
  let prepared;
  try {
    prepared = await tool.prepare(world, { service, dependants: dependants(rules.catalogue, service) });
  } catch (error) {
    return {
      kind: 'withheld',
      title: plainTitle,
      why: error instanceof Error ? error.message : String(error),
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
  if (verdict.autonomy === 'off')
    return { kind: 'withheld', title: plainTitle, why: `policy “${verdict.rule}” says no`, mayPass: false };
  const expiresAt = new Date(context.now.getTime() + rules.approvalS * 1000);
  // Undoing puts an old state back; whether the incident is over is not its affair.
  const mustRecover = prepared.actsOnSymptom && context.undoes === null;
  const concerned = concernedBy(service, context, rules.catalogue);
  const watched = mustRecover
    ? [service, ...context.alerting].filter((name) => concerned.services.includes(name))
    : [];
  const predicate: Predicate = {
    alertsResolved: mustRecover,
    ...(mustRecover ? { alerts: concerned } : {}),
    settled: prepared.settles ?? false,
    signals: [...new Set(watched)].flatMap((name) =>
      (rules.catalogue.get(name)?.signals ?? []).map((signal) => ({
        ...signal,
        name: `${name} ${signal.name}`,
      })),
    ),
    holdsS: mustRecover ? rules.holdS : 0,
    withinS: rules.verifyS,
  };
  const undoIfFailed = verdict.undo === 'auto' && context.undoes === null ? prepared.inverse : null;
  const unrendered: Unrendered = {
    tool: action.tool,
    toolVersion: tool.version,
    schemaHash: tool.schemaHash,
    arguments: action.arguments,
    target: prepared.target,
    policyVersion: rules.policy.version,
    asked,
    approvers: approversOf(rules.people, verdict.approvers),
    approvalsNeeded: verdict.approvals,
    confirm: verdict.confirm,
    undoIfFailed,
    predicate,
    shown: {
      dryRun: prepared.dryRun,
      expectedEffect: prepared.expectedEffect,
      inverse: prepared.inverse,
      riskParts: scored.parts,
      policy: { rule: verdict.rule, autonomy: verdict.autonomy, because: verdict.because },
    },
    expiresAt: expiresAt.toISOString(),
  };
  const consent = { ...unrendered, card: renderCard(unrendered) };
  return {
    kind: 'proposal',
    proposal: {
      id: randomUUID(),
      incidentId: context.incidentId,
      state: 'proposed',
      rank: context.rank,
      title: context.undoes === null ? prepared.title : `Undo: ${prepared.title}`,
      action,
      inverse: prepared.inverse,
      risk: subject.risk,
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
    },
  };
}

/**
 * The alerts that an action can be expected to end: of its service, of those that depend on it, and those that name none.
 * Where no such alert fires, all do, for something must tell whether it has helped.
 */
function concernedBy(
  service: string,
  { firing, alerting }: OfferContext,
  catalogue: ServiceCatalogue,
): NonNullable<Predicate['alerts']> {
  const near = [service, ...dependants(catalogue, service)];
  const nearby = firing.filter((alert) => alert.service === null || near.includes(alert.service));
  const services = nearby.length > 0 ? near : [...near, ...alerting];
  const counted = nearby.length > 0 ? nearby : firing;
  return {
    services: [...new Set(services)].filter((name) => name !== ''),
    // The names go into the card, which is shown and digested as it is: no secret may stand in it.
    firing: counted.map(({ source, fingerprint, name }) => ({
      source,
      fingerprint,
      name: maskSecrets(plain(name)),
    })),
  };
}

/** Those whom the rule names, or everybody, as far as they may approve at all. */
function approversOf(people: readonly Person[], named: string[] | null): string[] {
  return people
    .filter(
      (person) => person.mayApprove && !person.denied && (named === null || named.includes(person.slackId)),
    )
    .map((person) => person.slackId);
}
