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
};
