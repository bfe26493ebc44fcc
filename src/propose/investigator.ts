import type { StoredAlert } from '../incident/alert.ts';
import type { StoredEvidence } from '../incident/evidence.ts';
import type { Hypothesis } from '../incident/hypothesis.ts';
import type { Incident } from '../incident/incident.ts';

/** What a model may be told and may look up; all of it is reading. */
export type Case = { incident: Incident; alerts: StoredAlert[]; evidence: StoredEvidence[] };

/** What a model call cost and said, for the record. The texts are stored apart; the journal keeps their hashes. */
export type ModelCall = {
  model: string;
  tokens: number;
  prompt: string;
  answer: string;
  /** Of the request, but for its messages. */
  parameters: Record<string, unknown>;
  /** What the model asked to look up. */
  lookups: { tool: string; arguments: string }[];
};

/** `notes`: what could not be looked at, in whole sentences for people. */
export type Investigation = { notes?: string[] } & (
  | { outcome: 'answered'; hypotheses: Hypothesis[]; calls: ModelCall[] }
  /** Nothing usable came: unreachable, refused, over budget or not in the schema. `why` is one plain sentence. */
  | { outcome: 'nothing'; why: string; calls: ModelCall[] }
);

/**
 * Asks a model for possible causes. It has no write tool and no write credential; every hypothesis
 * cites evidence by id, and one that cites something unknown is dropped. `calls` bounds the requests to the
 * model, retries and repairs included. Never rejects.
 */
export interface Investigator {
  investigate(case_: Case, budget: { tokens: number; calls: number }): Promise<Investigation>;
}
