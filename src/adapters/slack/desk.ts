import type { Verdict } from '../../incident/answer.ts';
import type { Bulletin, QuietReport } from '../../incident/bulletin.ts';
import type { HeldBack } from '../../incident/held-back.ts';
import type { Via } from '../../incident/journal.ts';
import type { Incident } from '../../incident/incident.ts';
import type { MaintenanceWindow } from '../../incident/maintenance.ts';
import type { Waiting } from '../../incident/question.ts';
import type { Silence, SilenceRequest } from '../../incident/silence.ts';
import type { Stopped } from '../../incident/stop.ts';
import type { IncidentView } from '../../incident/view.ts';

/** What came of a request; `text` is plain text, said to the person who asked and to nobody else. */
export type Answer = { ok: boolean; text: string };

/**
 * What people may ask for in Slack. `person` is a Slack user id as Slack signed it; whether that person
 * may do it is decided behind this interface, never here.
 */
export type Desk = {
  /** `digest` is the one that the button was drawn for: consent to exactly those bytes. */
  approve(request: {
    proposalId: string;
    digest: string;
    person: string;
    /** What was typed where a click is not enough. */
    typed?: string;
    via?: Via;
  }): Promise<Answer>;
  reject(request: { proposalId: string; person: string; reason: string; via?: Via }): Promise<Answer>;
  /** Puts on record that somebody was turned away before anything else was asked here. */
  refused(request: {
    person: string;
    asked: string;
    why: string;
    proposalId: string | null;
    via: Via;
  }): Promise<void>;
  /** Asks for an action in the words of its tool; without words, which there are. */
  propose(request: {
    person: string;
    incidentId: number | null;
    words: readonly string[];
    why: string;
  }): Promise<Answer>;
  /** Asks for the inverse of a proposal, as a new proposal. */
  undo(request: { proposalId: string; person: string }): Promise<Answer>;
  /** Whether the first answer of its kind is right; `digest` stands for it as it was shown. */
  label(request: { evidenceId: number; digest: string; verdict: Verdict; person: string }): Promise<Answer>;
  note(request: { incidentId: number; person: string; text: string }): Promise<Answer>;
  resolve(request: { incidentId: number; person: string; anyway?: boolean }): Promise<Answer>;
  silence(request: SilenceRequest & { person: string }): Promise<Answer>;
  unsilence(request: { person: string; id: number }): Promise<Answer>;
  stop(request: {
    person: string;
    why: string;
    /** Null: what has begun is offered to be undone, and nothing passes. Otherwise as `AskedStop` in the loop says. */
    undoLastS: number | null;
    /** The id that its undo order gets. */
    order?: string | null;
    via?: Via;
  }): Promise<Answer>;
  resume(request: { person: string }): Promise<Answer>;
};

/** A message in Slack: its channel and timestamp. */
export type Place = { channel: string; ts: string };

/** What Slack shows, read from the state of things. */
export type Reading = {
  view(incidentId: number): Promise<IncidentView | null>;
  /** Newest first. */
  ongoing(): Promise<Incident[]>;
  /** Newest first, whatever their state. */
  latest(limit: number): Promise<Incident[]>;
  /** Every proposal that somebody still has to decide, oldest first. */
  awaiting(): Promise<(Waiting & { incident: Incident })[]>;
  /** What is held back, so that people are not asked too much, by the incidents that go on. */
  heldBack(): Promise<Map<number, HeldBack>>;
  /** The draft in Markdown; null before there is one. */
  postmortem(incidentId: number): Promise<string | null>;
  /** A message that belongs to no incident, with everything in it as it is at this moment. */
  bulletin(id: number): Promise<Bulletin | null>;
  /** What was kept quiet in the last 24 hours. */
  quietLately(): Promise<QuietReport>;
  /** That all actions are stopped, and what may be undone all the same; null while they are allowed. */
  stopped(): Promise<Stopped | null>;
  /** The silences in force, the one that ends first first, and the maintenance that goes on. */
  quieted(): Promise<{ silences: Silence[]; maintenance: { window: MaintenanceWindow; until: Date }[] }>;
  incidentOfThread(channel: string, threadTs: string): Promise<number | null>;
  /** The root message of an incident; null until it has been posted. */
  threadOf(incidentId: number): Promise<Place | null>;
};
