import type { Action } from '../incident/action.ts';
import type { Reason } from '../incident/proposal.ts';

/** A fix that is worth considering, before the world was looked at and the policy asked. */
export type Draft = {
  action: Action;
  service: string;
  /** 0–1; orders the drafts. */
  score: number;
  reasonsFor: Reason[];
  reasonsAgainst: Reason[];
  /** A whole line that approvers read before all others; a text from outside in it stands at its end. */
  caution?: string;
  /** Why people decide whatever the policy would let run by itself. */
  asksPeople?: string;
  /** A person asked for exactly this. Absent: Sitrep found it. */
  byHand?: true;
};

/** Several fixes that belong together, in the order in which they would be carried out. */
export type PlanDraft = { steps: Draft[]; score: number };

/** No rule is sure, and none is sure of the opposite. */
export function scoreOf(value: number): number {
  return Math.min(0.95, Math.max(0.02, value));
}
