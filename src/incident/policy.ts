import type { BlastRadius, Risk, ToolName } from './action.ts';
import type { Schedule } from './maintenance.ts';

/** How far Sitrep may go: not at all, say what to do, do it on approval, or do it by itself. In this order. */
export const AUTONOMIES = ['off', 'suggest', 'approve', 'auto'] as const;
export type Autonomy = (typeof AUTONOMIES)[number];

/** What must hold for a rule to decide; a condition that is absent always does. */
export type Conditions = {
  tools?: ToolName[] | undefined;
  services?: string[] | undefined;
  environments?: string[] | undefined;
  risks?: Risk[] | undefined;
  /** The calibrated probability that the action helps; a word is never enough. */
  confidenceAtLeast?: number | undefined;
  /** Services that the action may touch, its own included. */
  servicesAtMost?: number | undefined;
  /** Replicas, machines, …: whatever the tool counts. */
  unitsAtMost?: number | undefined;
  riskScoreAtMost?: number | undefined;
  /** Names of windows: one of them is open. */
  during?: string[] | undefined;
  /** Names of windows: none of them is open. */
  outside?: string[] | undefined;
  /** Fewer than so many actions were begun under this rule in the last so many hours. */
  budget?: { runs: number; hours: number } | undefined;
};

export type PolicyRule = {
  name: string;
  when: Conditions;
  then: Autonomy;
  /** How many different people must approve. */
  approvals: number;
  /** Who may, by Slack user id; null for everybody who may approve at all. */
  approvers: string[] | null;
  /** Whether a click is enough, or the name of the target must be typed. */
  confirm: 'click' | 'typed';
  /** Whether what did not help is undone without asking again. Absent: it is only offered. */
  undo?: 'auto';
};

export type Policy = {
  /** The hash of all that follows; a proposal carries the version that it was made under. */
  version: string;
  /** `recommend`: whatever is not delivered as a pull request or an issue is only suggested. */
  mode: 'act' | 'recommend';
  rules: PolicyRule[];
  windows: { name: string; when: Schedule }[];
  limits: Limits;
  /** What the record of an action on a service must show before it may run by itself: the lower bound of its success rate. */
  earnedAt: number;
};

/** Holds for each tool, whatever the rules say. */
export type Limits = {
  /** Executions begun in an hour. */
  perHour: number;
  /** Executions under way at the same time. */
  atOnce: number;
  /** After so many in a row that did not help, nothing of the kind runs by itself for `breakerHours`. */
  failuresInARow: number;
  breakerHours: number;
  /** Within so many minutes an undo runs by itself at most once on a target; then people decide. */
  flapMinutes: number;
};

/** How a tool has done lately. */
export type ActionRecord = {
  /** Verified successes on this service since the last one that was none. */
  streak: number;
  /** Of this tool anywhere: how many of the newest executions in a row did not help, and when the last of them began. */
  failures: { inARow: number; lastAt: Date } | null;
  /** Executions of this tool of the last week: when they began, and under which rule. */
  runs: { at: Date; rule: string }[];
};

/** How much can go wrong, 0–100, and what it is made of. */
export type RiskScore = { score: number; parts: { points: number; text: string }[] };

/** All that a rule may ask about an action, except for when and what happened before. */
export type PolicySubject = {
  tool: ToolName;
  /** Empty where the action is about no service. */
  service: string;
  environment: string;
  risk: Risk;
  reversible: boolean;
  /** Whether people still have to accept the outcome elsewhere, as with a pull request. */
  delivers: 'effect' | 'review';
  /** Null until it has been calibrated. */
  confidence: number | null;
  blastRadius: BlastRadius;
  riskScore: number;
  /** A person asked for it, so that it never runs by itself. Absent: Sitrep found it. */
  byHand?: true;
};

export type PolicyQuestion = PolicySubject & { at: Date; record: ActionRecord };

/** What the policy answers. */
export type Verdict = Pick<PolicyRule, 'approvals' | 'approvers' | 'confirm' | 'undo'> & {
  autonomy: Autonomy;
  rule: string;
  /** Why it is less than the rule says, or asks for more; whole clauses for people. */
  because: string[];
};

/** What the policy was asked about an action and said, with the moment and the record that it was asked with; for the journal. */
export type PolicyAnswer = Pick<Verdict, 'rule' | 'autonomy' | 'because'> & {
  version: string;
  /** ISO 8601, as all times here. */
  at: string;
  asked: PolicySubject;
  record: {
    streak: number;
    failures: { inARow: number; lastAt: string } | null;
    runs: { at: string; rule: string }[];
  };
};
