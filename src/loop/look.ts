import { bind } from '../act/catalogue.ts';
import { NotApplicable, type Preparation } from '../act/tool.ts';
import { wasRefused, type ReadWorld } from '../act/world.ts';
import { weigh } from '../decide/weigh.ts';
import { draftTitle } from '../incident/not-proposed.ts';
import type { Confidence } from '../incident/confidence.ts';
import type { Person } from '../incident/person.ts';
import type {
  ActionRecord,
  Policy,
  PolicyAnswer,
  PolicySubject,
  RiskScore,
  Verdict,
} from '../incident/policy.ts';
import type { Proposal } from '../incident/proposal.ts';
import { dependants, type ServiceCatalogue } from '../incident/service.ts';
import { messageOf } from '../incident/text.ts';
import type { Draft } from '../propose/draft.ts';
import type { Troubled } from './predicate.ts';

export type OfferContext = Troubled & {
  incidentId: number;
  rank: number;
  requestedBy: string;
  /** The proposal that this one undoes, if any. */
  undoes: string | null;
  /** How the action has done on this service. */
  record: ActionRecord;
  /** Why it waits for people although the policy would let it run by itself. */
  asksPeople?: string;
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

/** A draft that applies, with what the policy says of it. */
export type Looked = {
  kind: 'looked';
  draft: Draft;
  confidence: Confidence;
  prepared: Preparation;
  asked: PolicySubject;
  scored: RiskScore;
  verdict: Verdict & { autonomy: Proposal['autonomy'] };
  /** For the record: what the policy itself said, whatever a plan or an undo asks on top. */
  policy: PolicyAnswer;
};

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
  const answer = answered(rules.policy, asked, verdict, context);
  if (autonomy === 'off')
    return {
      kind: 'withheld',
      title,
      why: `policy “${verdict.rule}” says no`,
      mayPass: false,
      policy: answer,
    };
  return {
    kind: 'looked',
    draft,
    confidence,
    prepared,
    asked,
    scored,
    verdict: { ...verdict, autonomy },
    policy: answer,
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
