import type { Proposal } from '../incident/proposal.ts';
import { offerPlan, type PlanContext, type PlannedStep } from './offer-plan.ts';
import { offer, type Withheld } from './offer.ts';
import type { LoopPorts } from './ports.ts';

/** One action, or a plan of several, as people would be asked about it. */
export type Offered = { kind: 'question'; steps: [Proposal, ...Proposal[]] } | Withheld;

/** Makes one proposal of one draft, and a plan of several. */
export async function offerSteps(
  ports: LoopPorts,
  planned: readonly PlannedStep[],
  context: PlanContext,
): Promise<Offered> {
  const rules = { ...ports, ...ports.settings };
  const [only, ...more] = planned;
  if (only && more.length === 0) {
    const { draft, confidence, record, undoes } = only;
    const made = await offer(draft, confidence, { ...context, record, undoes }, rules, ports.world);
    return made.kind === 'withheld' ? made : { kind: 'question', steps: [made.proposal] };
  }
  const made = await offerPlan(planned, context, rules, ports.world);
  return made.kind === 'withheld' ? made : { kind: 'question', steps: made.steps };
}
