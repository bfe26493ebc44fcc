import type { Action, Cancel, Risk } from './action.ts';
import { digestOf } from './canonical.ts';
import type { Confidence } from './confidence.ts';
import type { Autonomy, PolicySubject, RiskScore, Verdict } from './policy.ts';

export type ProposalState =
  | 'proposed'
  | 'approved'
  | 'rejected'
  | 'expired'
  | 'superseded'
  | 'claimed'
  | 'sent'
  | 'confirmed'
  | 'unknown'
  | 'verifying'
  | 'succeeded'
  | 'failed'
  | 'inconclusive'
  | 'reverted';

const successors = {
  proposed: ['approved', 'rejected', 'expired', 'superseded'],
  // An approved action that the world or the kill switch has overtaken ends without having been sent.
  approved: ['claimed', 'expired', 'superseded'],
  claimed: ['sent', 'superseded'],
  // A request that was refused, and visibly not carried out, ends the same way.
  sent: ['confirmed', 'unknown', 'superseded'],
  unknown: ['confirmed', 'failed', 'superseded'],
  // What is undone before its check has ended has no outcome of its own.
  confirmed: ['verifying', 'reverted'],
  verifying: ['succeeded', 'failed', 'inconclusive', 'reverted'],
  failed: ['reverted'],
  inconclusive: ['reverted'],
  succeeded: ['reverted'],
  rejected: [],
  expired: [],
  superseded: [],
  reverted: [],
} as const satisfies Record<ProposalState, readonly ProposalState[]>;

/** Whether a proposal may go from one state straight to another. */
export function mayBecome(from: ProposalState, to: ProposalState): boolean {
  return (successors[from] as readonly ProposalState[]).includes(to);
}

/** What must be true for the action to count as having helped; frozen into the proposal. */
export type Predicate = {
  /** Whether alerts must have resolved; not asked of an undo or a pull request. */
  alertsResolved: boolean;
  /**
   * Which alerts: those of these services, and those that fired when it was proposed, by what their source knows them by.
   * Absent in proposals of earlier versions, where all alerts of the incident count.
   */
  alerts?: { services: string[]; firing: { source: string; fingerprint: string; name: string }[] };
  /** Whether the target itself must have settled, as a rollout does. Absent in proposals of earlier versions. */
  settled?: boolean;
  /** And each of these signals must be back under its bound. */
  signals: { name: string; query: string; healthyBelow: number }[];
  /** Seconds without a break for which all of it must hold, because alerts need time to fire again. */
  holdsS: number;
  /** Seconds after the effect in which that must come true. */
  withinS: number;
};

/** What was looked at when the action was prepared; if it has changed since, the action is refused as stale. */
export type Target = { identity: string; observedVersion: string };

/** What the card says beyond the other fields of a consent, so that it can be rendered again from the consent alone. */
export type Shown = {
  dryRun: string;
  expectedEffect: string;
  inverse: Action | null;
  /** What stopping means once it is sent; absent in consents of earlier versions. */
  cancel?: Cancel;
  /** Whole lines that come before all others: what to beware of, and of a plan, on its first step, what else there is to know. */
  notes?: string[];
  riskParts: RiskScore['parts'];
  policy: Pick<Verdict, 'rule' | 'autonomy' | 'because'>;
};

/** Which step of how many an action is. `id` is that of the proposal of the first step, which stands for the whole plan. */
export type PlanPlace = { id: string; step: number; of: number };

/** Exactly what a person consents to. Its digest is what the approval names. */
export type Consent = {
  tool: Action['tool'];
  toolVersion: number;
  schemaHash: string;
  arguments: Action['arguments'];
  target: Target;
  policyVersion: string;
  /** What the policy was asked, so that it can be asked again when the action is about to run. */
  asked: PolicySubject;
  /** Its place in the plan that is approved and carried out as a whole; absent where it stands alone. */
  plan?: PlanPlace;
  /**
   * The action that is run without another approval if this one does not help; null where its undo is only offered.
   * Absent in proposals of earlier versions.
   */
  undoIfFailed?: Action | null;
  /** The people who may approve, and how many of them must, frozen when the proposal was made. */
  approvers: string[];
  approvalsNeeded: number;
  /** Whether an approval is a click, or the name of the target typed by hand. */
  confirm: 'click' | 'typed';
  predicate: Predicate;
  /** Absent in proposals of earlier versions, which can no longer be approved. */
  shown?: Shown;
  /** ISO 8601, by the database's clock. */
  expiresAt: string;
  /** The card's lines as they are shown: `renderCard` of all the other fields. */
  card: string[];
};

/** SHA-256 over the canonical JSON of the consent. */
export function consentDigest(consent: Consent): string {
  return digestOf(consent);
}

/** Whether its effect still waits for people elsewhere, as that of a pull request does. */
export function awaitsReview({ consent, undoes }: Pick<Proposal, 'consent' | 'undoes'>): boolean {
  return undoes === null && consent.asked?.delivers === 'review';
}

/** A reason for or against a proposal, with the evidence that it rests on. */
export type Reason = { text: string; evidenceId: number | null };

/** One typed action that people may approve. */
export type Proposal = {
  id: string;
  incidentId: number;
  state: ProposalState;
  rank: number;
  title: string;
  action: Action;
  inverse: Action | null;
  risk: Risk;
  confidence: Confidence;
  /** 0–1, for ranking only; never shown, because it is not calibrated. */
  score: number;
  reasonsFor: Reason[];
  reasonsAgainst: Reason[];
  consent: Consent;
  digest: string;
  policyRule: string;
  autonomy: Exclude<Autonomy, 'off'>;
  /** The service that the action is about; empty where it is about none. */
  service: string;
  requestedBy: string;
  /** The proposal that this one undoes. */
  undoes: string | null;
  decidedBy: string | null;
  decidedAt: Date | null;
  decisionReason: string | null;
  expiresAt: Date;
  createdAt: Date;
};

/** States in which somebody still has to decide. */
export function isPending(state: ProposalState): boolean {
  return state === 'proposed';
}

/** States in which the action is under way. */
export function isRunning(state: ProposalState): boolean {
  return (
    state === 'approved' ||
    state === 'claimed' ||
    state === 'sent' ||
    state === 'confirmed' ||
    state === 'verifying'
  );
}
