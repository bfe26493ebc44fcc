import type { Alert } from '../incident/alert.ts';

/** An alert as correlation sees it. `at`: when it arrived (where history is replayed: when it began). */
export type Seen = Pick<
  Alert,
  'source' | 'fingerprint' | 'name' | 'service' | 'severity' | 'kind' | 'summary' | 'labels'
> & { id: number; at: Date };

/** A set of alerts handled as one; the caller fills in `incidentId` once the incident has its row. */
export type Group = { incidentId: number | null };

/**
 * Why an alert is kept quiet. `routine`: its rule fires often, and nothing unusual came with it. `flapping`:
 * so does this very alert, several times within the last hour.
 */
export type QuietReason = 'routine' | 'flapping';

/**
 * Where one alert belongs. `why` is a clause for people; `details()` are lines that tell what it was weighed by,
 * to be asked for before anything else happens.
 */
export type Decision = { alertId: number; why: string; details: () => string[] } & (
  { kind: 'opens'; group: Group } | { kind: 'joins'; group: Group } | { kind: 'quiet'; reason: QuietReason }
);

/**
 * Decides alert by alert, from what came before and from nothing else. The same calls in the same order
 * give the same answers. No model takes part.
 */
export type Correlator = {
  /**
   * The decision on this alert comes first; earlier quiet alerts that it brings along follow. A quiet alert
   * may move to an incident; incidents are never split or merged, and nothing is moved out of one.
   */
  place(alert: Seen): Decision[];
  /** The alert has ended. Unknown ids are ignored: what ended long ago is forgotten. */
  ended(alertId: number, at: Date): void;
  /** Time has passed: quiet alerts that fire for much longer than their rule usually does come to light. */
  tick(at: Date): Decision[];
  /**
   * Takes over what was decided before: after a restart, or by another replica. In the order of arrival and
   * before anything is placed.
   */
  restore(alert: Seen, decided: { incidentId: number | null; endedAt: Date | null }): void;
  /** The incident is over: the same alert may take it up again within the window (the caller reopens it), or never again. */
  incidentEnded(incidentId: number, at: Date, forGood: boolean): void;
};
