import type { StoredEvidence } from '../incident/evidence.ts';
import { confidenceIn, type Learnt } from '../learn/confidence.ts';
import { fixConfidence, pastInWords } from '../propose/confidence.ts';
import type { Draft } from '../propose/draft.ts';
import { offerPlan, type PlanContext, type PlannedStep } from './offer-plan.ts';
import type { Fresh } from './freeze.ts';
import type { Withheld } from './look.ts';
import { offer } from './offer.ts';
import type { LoopPorts } from './ports.ts';

/** One action, or a plan of several, as people would be asked about it. */
export type Offered = { kind: 'question'; steps: [Fresh, ...Fresh[]] } | Withheld;

/**
 * Makes one proposal of one draft, and a plan of several, each as sure as the record of its kind allows. `learnt` is what
 * people's labels say of fixes.
 */
export async function offerSteps(
  ports: LoopPorts,
  drafts: readonly Draft[],
  context: PlanContext,
  { evidence, learnt }: { evidence: readonly StoredEvidence[]; learnt: Learnt | null },
): Promise<Offered> {
  const planned: PlannedStep[] = [];
  for (const draft of drafts) {
    const [past, record] = await ports.transaction(async (store) => [
      await store.trackRecord(draft.action),
      await store.actionRecord(draft.action.tool, draft.service, null),
    ]);
    const confidence = confidenceIn(fixConfidence(draft, evidence, past), learnt, pastInWords(past));
    planned.push({ draft, confidence, record, undoes: null });
  }
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
