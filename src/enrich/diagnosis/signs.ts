import { causesIn } from './causes.ts';
import type { FrozenIncident } from './frozen.ts';
import type { Graph } from './graph.ts';
import { logSigns } from './log-signs.ts';
import { metricSigns, type Worsened } from './metric-signs.ts';
import type { Names } from './names.ts';
import type { Sign } from './sign.ts';
import { traceSigns } from './trace-signs.ts';

const TOGETHER_MS = 30 * 60_000;

/** All that is wrong in an incident. */
export function signsOf(
  incident: FrozenIncident,
  names: Names,
  graph: Graph,
  worsened: readonly Worsened[],
): Sign[] {
  const metrics = metricSigns(worsened);
  const onset = roughOnset(metrics, incident.alertAt);
  const alerts = incident.alerts.map((alert): Sign => {
    const service = alert.service ?? names.mentioned(alert.text)[0] ?? null;
    return {
      kind: 'alert',
      service: service === null ? null : names.canonical(service),
      at: alert.at,
      weight: 0.5,
      text: alert.text,
      blames: [],
      causes: causesIn(alert.text),
      measure: null,
    };
  });
  return [
    ...metrics,
    ...logSigns(incident, names, graph, onset),
    ...traceSigns(incident, names, onset),
    ...alerts,
  ];
}

/**
 * When the metrics began to get worse together: the first change that at least half of the others follow within
 * half an hour, so that one series with a life of its own does not count. The alert's time where none tells.
 */
function roughOnset(metrics: readonly Sign[], alertAt: number | null): number | null {
  const times = metrics
    .filter((sign) => sign.weight >= 0.3)
    .flatMap((sign) => sign.at ?? [])
    .filter((at) => alertAt === null || at <= alertAt)
    .sort((a, b) => a - b);
  const first = times.find(
    (at) => times.filter((one) => one >= at && one <= at + TOGETHER_MS).length * 2 >= times.length,
  );
  return first ?? (alertAt === null ? null : alertAt - 15 * 60_000);
}
