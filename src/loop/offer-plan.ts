import { randomUUID } from 'node:crypto';
import type { ReadWorld } from '../act/world.ts';
import type { Confidence } from '../incident/confidence.ts';
import { MOST_STEPS, targetTwice } from '../incident/plan.ts';
import type { ActionRecord } from '../incident/policy.ts';
import type { Proposal } from '../incident/proposal.ts';
import { counted } from '../incident/text.ts';
import { approversOf, isRequester } from '../incident/person.ts';
import type { Draft } from '../propose/draft.ts';
import { freeze, type Fresh } from './freeze.ts';
import { look, type Looked, type OfferContext, type OfferRules, type Withheld } from './look.ts';

/** One step of a plan before the world was looked at. */
export type PlannedStep = {
  draft: Draft;
  confidence: Confidence;
  /** How the action has done on this service. */
  record: ActionRecord;
  /** The proposal that this step undoes, if any. */
  undoes: string | null;
};

export type PlanContext = Omit<OfferContext, 'record' | 'undoes'> & {
  /** Whole lines for the card of the first step, no more than one text from outside in each, at its end. */
  notes?: string[];
};

/** All steps in their order, the first of which stands for the plan. */
export type PlanOffer = { kind: 'plan'; steps: [Fresh, ...Fresh[]] } | Withheld;

/** What a step may take beside its check: to be held back a little, sent and read back. */
const MARGIN_S = 60;

/**
 * Makes one plan of several drafts, in their order. Every step is looked at now, so each may act on a target of its own
 * only. The plan is as free as its least free step, and always asks people: as many as its strictest step asks, of those
 * who may approve every step. Where one step does not apply or is denied, the whole plan is withheld, with the reason.
 */
export async function offerPlan(
  drafts: readonly PlannedStep[],
  context: PlanContext,
  rules: OfferRules,
  world: ReadWorld,
): Promise<PlanOffer> {
  const title = `a plan of ${counted(drafts.length, 'step')} (${drafts.map(({ draft }) => draft.action.tool).join(', ')})`;
  const withheld = (why: string, mayPass = false, policy?: Withheld['policy']): Withheld => ({
    kind: 'withheld',
    title,
    why,
    mayPass,
    ...(policy ? { policy } : {}),
  });
  if (drafts.length < 2 || drafts.length > MOST_STEPS)
    return withheld(`a plan has 2 to ${MOST_STEPS} steps, not ${drafts.length}`);
  const confidence = leastSure(drafts);
  const tooOften = whyTooOften(drafts, rules);
  if (tooOften !== null) return withheld(tooOften);
  const found: Looked[] = [];
  for (const [place, { draft, record }] of drafts.entries()) {
    const looked = await look(draft, confidence, { now: context.now, record }, rules, world);
    if (looked.kind === 'withheld')
      return withheld(`step ${place + 1}, ${looked.title}: ${looked.why}`, looked.mayPass, looked.policy);
    found.push(looked);
  }
  const twice = targetTwice(found.map(({ prepared }) => ({ consent: { target: prepared.target } })));
  if (twice !== null)
    return withheld(
      `two of its steps act on ${twice}, and a plan acts on each target once; make it two plans`,
    );
  const terms = strictest(found, rules);
  const able = terms.approvers.filter((person) => !isRequester(context.requestedBy, person));
  if (terms.autonomy === 'approve' && able.length < terms.approvals)
    return withheld(
      `it takes ${counted(terms.approvals, 'approval')} of people who may approve every step, and ${able.length} may`,
    );
  const ids = found.map(() => randomUUID());
  const steps = found.map((looked, place) => {
    const of = found.length;
    const { undoes, record } = drafts[place] as PlannedStep;
    const laterMs = place * (rules.verifyS + MARGIN_S) * 1000;
    return freeze(
      { ...looked, verdict: { ...looked.verdict, ...verdictOf(looked, terms) } },
      { ...context, undoes, record },
      rules,
      {
        id: ids[place] as string,
        place: { id: ids[0] as string, step: place + 1, of },
        approvers: terms.approvers,
        expiresAt: new Date(context.now.getTime() + rules.approvalS * 1000 + laterMs),
        heals: place === of - 1 ? healed(found) : null,
        notes: place === 0 ? (context.notes ?? []) : [],
      },
    );
  });
  return { kind: 'plan', steps: steps as [Fresh, ...Fresh[]] };
}

/**
 * Why a plan could not be carried out to its end within an hour: its last steps would be held until their approval ends. What
 * only undoes is not held by that limit.
 */
function whyTooOften(drafts: readonly PlannedStep[], { policy }: OfferRules): string | null {
  const counts = new Map<string, number>();
  for (const { draft, undoes } of drafts)
    if (undoes === null) counts.set(draft.action.tool, (counts.get(draft.action.tool) ?? 0) + 1);
  const { perHour } = policy.limits;
  for (const [tool, count] of counts)
    if (count > perHour)
      return `it runs ${tool} ${counted(count, 'time')}, and limits.per_hour allows ${perHour} within an hour; make it smaller plans, or raise the limit`;
  return null;
}

/** No plan is more certain than its least certain step, and what becomes of plans teaches nothing about single actions. */
function leastSure(drafts: readonly PlannedStep[]): Confidence {
  const word = (['low', 'medium', 'high'] as const).find((one) =>
    drafts.some(({ confidence }) => confidence.word === one),
  );
  return { word: word ?? 'low', record: 'that of its least sure step; plans are not calibrated' };
}

type Terms = Pick<Proposal, 'autonomy'> & { approvals: number; approvers: string[] };

/** What every step of the plan asks at least. */
function strictest(found: readonly Looked[], rules: OfferRules): Terms {
  const suggested = found.some(({ verdict }) => verdict.autonomy === 'suggest');
  return {
    autonomy: suggested ? 'suggest' : 'approve',
    // What only runs by itself keeps the number that people would have to give.
    approvals: suggested ? 0 : Math.max(1, ...found.map(({ verdict }) => verdict.approvals)),
    approvers: found
      .map(({ verdict }) => approversOf(rules.people, verdict.approvers))
      .reduce((common, next) => common.filter((person) => next.includes(person))),
  };
}

function verdictOf({ verdict }: Looked, { autonomy, approvals }: Terms) {
  const because = [
    ...verdict.because,
    ...(verdict.autonomy === 'auto' ? ['a plan always asks people'] : []),
    ...(verdict.autonomy !== 'auto' && verdict.autonomy !== autonomy
      ? ['another step is only suggested']
      : []),
    ...(autonomy === 'approve' && approvals > verdict.approvals ? ['as its strictest step asks'] : []),
  ];
  return { autonomy, approvals, because };
}

/** The services that a plan as a whole should heal; null where none of its steps acts on symptoms. */
function healed(found: readonly Looked[]): string[] | null {
  const acting = found.filter(({ prepared }) => prepared.actsOnSymptom);
  return acting.length === 0 ? null : [...new Set(acting.map(({ draft }) => draft.service))];
}
