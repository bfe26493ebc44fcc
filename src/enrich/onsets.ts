import type { StoredAlert } from '../incident/alert.ts';
import type { Incident } from '../incident/incident.ts';

/** More would only judge everything once more for moments that hardly differ. */
const MOST = 8;
const APART_MS = 60_000;

/**
 * The moments at which something began to go wrong, the earliest first: the starts of the alerts, those within a
 * minute taken as one. A change that came after the first alert may well be guilty of a later one.
 */
export function onsetsOf(incident: Incident, alerts: readonly StoredAlert[]): [Date, ...Date[]] {
  const starts = alerts.map((alert) => alert.startsAt.getTime()).sort((a, b) => a - b);
  const first = starts[0] ?? incident.openedAt.getTime();
  const found = [first];
  for (const start of starts) if (start - (found.at(-1) ?? first) >= APART_MS) found.push(start);
  // Of many the latest are kept: what has just begun is what people look for.
  const kept = found.length <= MOST ? found : [first, ...found.slice(1 - MOST)];
  return [new Date(first), ...kept.slice(1).map((time) => new Date(time))];
}
