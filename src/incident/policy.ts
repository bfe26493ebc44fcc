import type { Risk, ToolName } from './action.ts';

/** What a policy rule says of an action. */
export type PolicyEffect = 'allow' | 'ask' | 'deny';

/** One rule: every condition that is given must hold; a condition that is absent always does. */
export type PolicyRule = {
  name: string;
  when: { tools?: ToolName[] | undefined; services?: string[] | undefined; risks?: Risk[] | undefined };
  then: PolicyEffect;
  /** How many different people must approve; only for `ask`. */
  approvals: number;
};

/** The rules in order, and the hash of the whole file part that they come from. */
export type Policy = { version: string; rules: PolicyRule[] };
