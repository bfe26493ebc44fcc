import type { NewEntry } from '../incident/journal.ts';
import type { Proposal, ProposalState } from '../incident/proposal.ts';
import type { Action, ToolName } from '../incident/action.ts';
import type { ActionRecord, Limits } from '../incident/policy.ts';
import type { Step } from '../incident/step.ts';
import type { ResendStore } from './why-not-resend.ts';
import type { WorldFor } from './world.ts';

export interface ExecuteStore extends ResendStore {
  /**
   * Takes an approved proposal for execution: in one statement that also reads the kill switch and the
   * approvals, and only if it was never taken before. Resolves to whether this call got it.
   */
  claim(proposalId: string, leaseS: number): Promise<boolean>;
  /**
   * Why an approved proposal has to wait for others of its kind or on its target; null where it need not. Holds every
   * other claim back until the transaction ends, so that what is claimed in it is within the limits.
   */
  whyHeld(proposalId: string, limits: Limits): Promise<string | null>;
  /** Why it had to wait when that was last noted. */
  lastHeld(proposalId: string): Promise<string | null>;
  /** Moves claimed → sent in one statement that reads all that again; the intent is on record then. */
  markSent(proposalId: string, request: string, leaseS: number): Promise<boolean>;
  /** How the steps before it in its plan stand; `succeeded` where there are none. */
  earlierSteps(proposalId: string): Promise<'succeeded' | 'under way' | 'stopped'>;
  /** Ends every step after this one that is not begun, on record, and has its plan looked at; `what` has happened to it. */
  stopPlan(step: Proposal, what: string): Promise<void>;
  /** Takes over an execution whose holder has gone; false while its lease still runs. */
  takeOver(proposalId: string, leaseS: number): Promise<boolean>;
  /** Whether nobody has taken over what was sent, and nobody can until the transaction ends. */
  holdSent(proposalId: string, leaseS: number): Promise<boolean>;
  /** Who gave the approvals that count. */
  approvedBy(proposalId: string): Promise<string[]>;
  endExecution(proposalId: string, result: string): Promise<void>;
  setInverse(proposalId: string, inverse: Action): Promise<void>;
  /** Only from the given state; resolves to whether it was this call. */
  moveProposal(proposalId: string, from: ProposalState, to: ProposalState): Promise<boolean>;
  proposal(id: string): Promise<Proposal | null>;
  /** How a tool has done, on this service and lately, one proposal left out. */
  actionRecord(tool: ToolName, service: string, without: string | null): Promise<ActionRecord>;
  now(): Promise<Date>;
  record(entry: NewEntry): Promise<void>;
  enqueue(step: Step, afterS?: number): Promise<void>;
}

export type ExecutePorts = {
  transaction: <T>(work: (store: ExecuteStore) => Promise<T>) => Promise<T>;
  world: WorldFor;
  limits: Limits;
  /** Why the policy in force forbids the action now; null where it does not. */
  whyForbidden: (store: ExecuteStore, proposal: Proposal) => Promise<string | null>;
};

/** Longer than its holder may look, write and read back, so that nobody is still at work when a lease ends. */
export const LEASE_S = 30;

/** For looking and writing, counted from before the lease begins; then nothing of it is sent any more. */
export const WRITE_S = 20;
