import { probabilityOf, type ConfidenceModel, type Features } from '../incident/confidence-model.ts';
import type { Shipped } from '../incident/confidence.ts';
import type { StoredEvidence } from '../incident/evidence.ts';
import { counted } from '../incident/text.ts';
import type { Draft } from './draft.ts';

/**
 * The prior for fixes. No public outcomes exist that it could be fitted on, so the weights are reasoned,
 * and cautious: a draft's own score counts half its log-odds, the evidence that it cites a third, and
 * what became of the same action here counts most. A fix is wrong more often than not until something speaks for it.
 */
const FIX_MODEL: ConfidenceModel = { bias: -0.4, weights: { draft: 0.5, evidence: 0.33, record: 0.8 } };

/** What the shipped model says of a fix: `past` is what became of the same action on the same target. */
export function fixConfidence(
  draft: Draft,
  evidence: readonly StoredEvidence[],
  past: { tried: number; helped: number },
): Shipped {
  const cited = draft.reasonsFor.flatMap(({ evidenceId }) =>
    evidence.flatMap(({ id, confidence }) => {
      const probability = confidence?.calibrated?.probability ?? confidence?.shipped?.probability;
      return id === evidenceId && probability !== undefined ? [logOdds(probability)] : [];
    }),
  );
  const features: Features = {
    draft: logOdds(draft.score),
    // The surest piece speaks for the fix; others that are cited beside it take nothing away.
    evidence: cited.length === 0 ? 0 : Math.max(...cited),
    record: Math.log((past.helped + 1) / (past.tried - past.helped + 1)),
  };
  const probability = probabilityOf(FIX_MODEL, features);
  return {
    features,
    probability:
      past.helped === 0 && isByRunbookAlone(draft, evidence) ? Math.min(UNSEEN, probability) : probability,
  };
}

/** Just below “high”: a runbook knows what helps in general, and nothing of this incident. */
const UNSEEN = 0.65;

/** Whether nothing that was seen in this incident speaks for the action, only what was written for another day. */
function isByRunbookAlone(draft: Draft, evidence: readonly StoredEvidence[]): boolean {
  return draft.reasonsFor.every(({ evidenceId }) =>
    evidence.some(
      ({ id, about }) => id === evidenceId && (about.kind === 'runbook' || about.kind === 'incident'),
    ),
  );
}

/**
 * What became of the same action on the same target: by itself, and as a step of plans. What a plan came to says nothing of
 * any one of its steps, so that it is told and never counted.
 */
export type Past = { tried: number; helped: number; triedInPlans: number; helpedInPlans: number };

/** What became of the same action on the same target, in words. */
export function pastInWords({ tried, helped, triedInPlans, helpedInPlans }: Past): string {
  const alone = `tried ${counted(tried, 'time')} on this target, helped ${helped}`;
  if (triedInPlans === 0) return tried === 0 ? 'not tried on this target before' : alone;
  const inPlans = `${counted(triedInPlans, 'time')} within a plan, which helped ${helpedInPlans}`;
  return tried === 0 ? `tried on this target only ${inPlans}` : `${alone}; and ${inPlans}`;
}

function logOdds(probability: number): number {
  const kept = Math.min(0.99, Math.max(0.01, probability));
  return Math.log(kept / (1 - kept));
}
