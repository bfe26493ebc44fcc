import type { Severity } from './alert.ts';
import type { IncidentState } from './incident.ts';

/** What is said about more than one incident, or about Sitrep itself, in one message that belongs to none. */
export type Bulletin = { id: number; openedAt: Date; endedAt: Date | null } & (
  | { kind: 'storm'; report: StormReport }
  | { kind: 'digest'; report: QuietReport }
  | { kind: 'dead-letter'; letters: DeadLetter[] }
);

/** What came in: `total` = `fresh` + `repeated` + `resolved`. */
export type Received = { total: number; fresh: number; repeated: number; resolved: number };

/** Where alerts went: `total` = `inIncidents` + `quiet` + `unplaced`. */
export type Placement = { total: number; inIncidents: number; quiet: number; unplaced: number };

/** How a storm stands at one moment. */
export type StormReport = {
  /** From when on everything is counted: the beginning of a minute. */
  from: Date;
  /** What made it a storm. */
  why: string;
  received: Received;
  alerts: Placement;
  /** How many incidents have alerts of this storm. */
  incidents: Record<Severity, number>;
  /** As many of them as can be told one by one: the gravest first, and of these the newest. */
  listed: StormIncident[];
};

export type StormIncident = {
  id: number;
  title: string;
  severity: Severity;
  state: IncidentState;
  /** Alerts of this storm in it. */
  alerts: number;
  /** Whether it has a thread of its own by now. */
  hasThread: boolean;
};

/** What was kept quiet in a span of time. */
export type QuietReport = {
  from: Date;
  to: Date;
  alerts: Placement;
  /** Most first. */
  reasons: { reason: string; count: number }[];
  /** What was kept quiet for the same reason, most first; only as many as can be told. */
  rules: QuietRule[];
};

export type QuietRule = {
  name: string;
  service: string | null;
  reason: string;
  /** The reason in words, as it was given for the latest of them. */
  why: string;
  count: number;
  lastAt: Date;
};

/** A step that failed for the last time. Steps of the same kind about the same incident are one, with a count. */
export type DeadLetter = {
  /** The queue, which is named after the kind of step. */
  queue: string;
  incidentId: number | null;
  /** What the last of them failed with. */
  error: string;
  times: number;
  lastAt: Date;
};
