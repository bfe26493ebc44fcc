import type { StoredAlert } from './alert.ts';
import type { StoredEvidence } from './evidence.ts';
import type { Hypothesis } from './hypothesis.ts';
import type { Incident } from './incident.ts';
import type { JournalEntry } from './journal.ts';
import type { Proposal } from './proposal.ts';
import type { Stopped } from './stop.ts';

/** Everything that a thread, a card or a draft shows of one incident, read in one transaction. */
export type IncidentView = {
  incident: Incident;
  /** All that fire, and of a flood only some of those that have ended. */
  alerts: StoredAlert[];
  /** How many alerts there are in all. */
  counts: { firing: number; resolved: number };
  /** Best first within each kind. */
  evidence: StoredEvidence[];
  hypotheses: Hypothesis[];
  /** By rank; those that undo another one come last. */
  proposals: Proposal[];
  /** Oldest first. */
  journal: JournalEntry[];
  /** That all actions are stopped, and what may be undone all the same; null while they are allowed. */
  stopped: Stopped | null;
  /** What the model has used for this incident so far; 0 without a model. */
  modelTokens: number;
};
