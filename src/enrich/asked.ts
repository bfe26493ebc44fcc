import type { StoredAlert } from '../incident/alert.ts';
import type { Affected } from './changed.ts';
import type { Question } from './retrieval/question.ts';

/** Of the alerts of a storm, which all say the same, these say enough. */
const MOST_ASKED = 50;

/** What the runbooks are asked about these alerts. */
export function questionOf(alerts: readonly StoredAlert[], names: string[], affected: Affected[]): Question {
  const asked = alerts.slice(0, MOST_ASKED);
  const labels = valuesByKey(asked.map((alert) => alert.labels));
  const annotations = valuesByKey(asked.map((alert) => withoutTraces(alert.annotations)));
  const annotated = new Set([...annotations.values()].flatMap((values) => [...values]));
  return {
    alerts: names,
    services: affected.map(({ name }) => name),
    labels: Object.fromEntries([...labels].map(([key, values]) => [key, [...values].join('\n')])),
    // Each value under a key of its own, because two links in one would be none.
    annotations: Object.fromEntries(
      [...annotations].flatMap(([key, values]) =>
        [...values].map((value, place) => [place === 0 ? key : `${key} ${place + 1}`, value]),
      ),
    ),
    text: [...new Set(asked.flatMap(({ summary, description }) => [summary, description]))]
      .filter((text) => !annotated.has(text))
      .join('\n'),
  };
}

/** Runbooks are not found by the names of source files, and a trace would drown the rest. */
function withoutTraces(annotations: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !/stack|trace/i.test(key)));
}

function valuesByKey(records: readonly Record<string, string>[]): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>();
  for (const [key, value] of records.flatMap((record) => Object.entries(record)))
    all.set(key, (all.get(key) ?? new Set()).add(value));
  return all;
}
