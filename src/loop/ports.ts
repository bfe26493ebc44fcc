import type { ExecuteStore } from '../act/execute-ports.ts';
import type { ReadWorld, WorldFor } from '../act/world.ts';
import type { Correlator } from '../correlate/decision.ts';
import type { PlacingStore } from '../correlate/placing.ts';
import type { SilenceStore } from '../correlate/silences.ts';
import type { ConsentedUndoStore } from '../decide/consented-undo.ts';
import type { DecideStore } from '../decide/decide.ts';
import type { EvidenceSources } from '../enrich/enrich.ts';
import type { Evidence } from '../incident/evidence.ts';
import type { Hypothesis } from '../incident/hypothesis.ts';
import type { MaintenanceWindow } from '../incident/maintenance.ts';
import type { Person } from '../incident/person.ts';
import type { Blamed, OwnAction } from '../incident/own-action.ts';
import type { Policy } from '../incident/policy.ts';
import type { Proposal, ProposalState } from '../incident/proposal.ts';
import type { Question } from '../incident/question.ts';
import type { ServiceCatalogue } from '../incident/service.ts';
import type { Step } from '../incident/step.ts';
import type { Stopped } from '../incident/stop.ts';
import type { NewUndoOrder, OpenOrder, OrderedUndo } from '../incident/undo-order.ts';
import type { IncidentView } from '../incident/view.ts';
import type { Past } from '../propose/confidence.ts';
import type { Investigator, ModelCall } from '../propose/investigator.ts';
import type { Access } from '../receive/access.ts';
import type { IntakeStore } from '../receive/receive.ts';
import type { LabelStore } from './label.ts';
import type { VerifyStore } from '../verify/verify.ts';

/** Everything that the stages need of the database, in one transaction. */
export interface LoopStore
  extends
    IntakeStore,
    PlacingStore,
    SilenceStore,
    DecideStore,
    ExecuteStore,
    VerifyStore,
    LabelStore,
    ConsentedUndoStore {
  enqueue(step: Step, afterS?: number): Promise<void>;
  view(incidentId: number): Promise<IncidentView | null>;
  /** The view, with the incident's row locked until the transaction ends. */
  lockView(incidentId: number): Promise<IncidentView | null>;
  proposal(id: string): Promise<Proposal | null>;
  replaceEvidence(incidentId: number, evidence: Evidence[]): Promise<void>;
  replaceHypotheses(incidentId: number, by: Hypothesis['by'], hypotheses: Hypothesis[]): Promise<void>;
  addProposal(proposal: Proposal): Promise<void>;
  /** The ids of all that is approved and has not begun. */
  approved(): Promise<string[]>;
  /** What people are asked when they are asked about a proposal: that alone, or all steps of its plan. */
  question(proposalId: string): Promise<Question | null>;
  /**
   * Questions to people, of those that Sitrep puts by itself or of those that somebody asked for by hand: open now in this
   * incident, and put in the last hour in all.
   */
  questions(incidentId: number, of: 'sitrep' | 'people'): Promise<{ pending: number; lastHour: number }>;
  /** What became of earlier uses of this tool on the same target. */
  trackRecord(action: Proposal['action']): Promise<Past>;
  /** What Sitrep itself has done to deployments since then, the oldest first. */
  ownActions(since: Date): Promise<OwnAction[]>;
  /** What a rollback that helped, or a person, has found guilty. */
  blamed(): Promise<Blamed[]>;
  secondsQuiet(incidentId: number): Promise<number>;
  /** Whether a storm is on: then there are many incidents and one budget for the model. */
  storming(): Promise<boolean>;
  savePostmortem(incidentId: number, markdown: string): Promise<void>;
  addModelCalls(incidentId: number, calls: ModelCall[]): Promise<void>;
  modelTokensLeft(incidentId: number, perIncident: number, perDay: number): Promise<number>;
  /** That all is stopped, and what may be undone all the same; null while actions are allowed, or this proposal passes. */
  stopped(proposalId?: string): Promise<Stopped | null>;
  setStopped(stopped: { by: string; why: string; order?: string | null } | null): Promise<void>;
  /** Has every open thread, and every card that waits, show that actions were stopped or allowed again. */
  showSwitch(): Promise<void>;
  /**
   * Holds the switch until the transaction ends: no intent to write is committed meanwhile. Resolves to the undo order that
   * it names, and why all is stopped already, where it is.
   */
  lockSwitch(): Promise<{ order: string | null; why: string | null }>;
  /**
   * Lists what is under way, what the policy ran by itself in the last so many seconds, and what the order `keeps` listed;
   * the newest effect first. What has been read back has its inverse frozen.
   */
  makeUndoOrder(order: NewUndoOrder): Promise<OrderedUndo[]>;
  /** What an order lists; null where no stop names it any more. */
  openUndoOrder(id: string): Promise<OpenOrder | null>;
  /** Freezes the inverse of an action that has been read back; what is frozen stays. */
  freezeUndo(orderId: string, undoes: string, action: Proposal['action']): Promise<void>;
  /** Notes that an undo was offered, or why not; `again` where it is to be tried once more. */
  noteUndo(orderId: string, undoes: string, note: { withheld: string | null; again: boolean }): Promise<void>;
  /** How far the undo of an action is that was sent already; null where none was. */
  undoUnderWay(proposalId: string): Promise<ProposalState | null>;
}

export type Settings = {
  /** What alert sources prove themselves by. */
  access: Access;
  /** How long an approval may be given, in seconds. */
  approvalS: number;
  /** How long after an action its effect must show, in seconds. */
  verifyS: number;
  /** How long it must show without a break, in seconds. */
  holdS: number;
  /** How long nothing must fire before an incident counts as resolved, in seconds. */
  quietS: number;
  modelTokens: { perIncident: number; perDay: number };
  /** How many questions people are asked at most, so that none of them is answered unread. */
  approvals: { pendingPerIncident: number; perHour: number };
};

export type LoopPorts = {
  transaction: <T>(work: (store: LoopStore) => Promise<T>) => Promise<T>;
  /** The same, on connections that long steps cannot use up: for what must not wait behind them. */
  urgentTransaction: <T>(work: (store: LoopStore) => Promise<T>) => Promise<T>;
  /** Wakes whoever places alerts; a hint that may get lost. */
  ringPlacing: () => void;
  /** Whether an error says that the database is away, so that trying something else makes no sense. */
  isAway: (error: unknown) => boolean;
  createCorrelator: () => Correlator;
  /** Told why a batch of alerts could not be placed; it is tried again alert by alert. */
  onPlacingTrouble: (error: unknown) => void;
  /** Planned work, during which what belongs to it opens nothing. */
  maintenance: readonly MaintenanceWindow[];
  catalogue: ServiceCatalogue;
  policy: Policy;
  people: readonly Person[];
  sources: EvidenceSources;
  world: ReadWorld;
  /** The world that actions are carried out on; null in a process that does not execute. */
  writable: WorldFor | null;
  investigator: Investigator | null;
  /** Writes the draft where people find it; resolves to the name that is shown. */
  publishPostmortem: (incidentId: number, markdown: string) => Promise<string>;
  settings: Settings;
};
