import type { Past } from '../../../src/correlate/replay.ts';
import { nameOf, serviceOf, labelledSeverity, summaryOf } from '../../../src/incident/labels.ts';
import type { Line } from './written.ts';

/** Lines as correlation sees them; the id is the index. */
export function pastOf(lines: readonly Line[]): Past[] {
  return lines.map(({ startsAt, endsAt, labels, annotations }, id) => ({
    seen: {
      id,
      at: new Date(startsAt),
      source: 'alertmanager',
      fingerprint: `${JSON.stringify(labels)}${Object.keys(labels).length > 1 ? '' : annotations['summary']}`,
      name: nameOf(labels, annotations),
      service: serviceOf(labels),
      severity: labelledSeverity(labels),
      kind: 'operational',
      summary: summaryOf(labels, annotations),
      labels,
    },
    endedAt: new Date(endsAt),
  }));
}
