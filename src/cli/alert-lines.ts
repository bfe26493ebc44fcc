import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Past } from '../correlate/replay.ts';
import { readJsonLines } from './json-lines.ts';
import { nameOf, serviceOf, labelledSeverity, summaryOf, thingsNamedIn } from '../incident/labels.ts';

const texts = z.record(z.string(), z.coerce.string());

const lineSchema = z.object({
  startsAt: z.coerce.date(),
  endsAt: z.coerce.date().nullish(),
  labels: texts.default({}),
  annotations: texts.default({}),
});

/**
 * Reads alerts, one JSON object a line, `{startsAt, endsAt?, labels, annotations}`. The id of an alert is the
 * index of its line, from 0. Lines that cannot be read are left out and named to `onMalformed`, from 1.
 */
export async function readAlertLines(
  file: string,
  onMalformed: (line: number, why: string) => void,
): Promise<Past[]> {
  const alerts: Past[] = [];
  for await (const { line, value } of readJsonLines(file, lineSchema, onMalformed))
    alerts.push(pastOf(line - 1, value));
  return alerts;
}

function pastOf(index: number, line: z.infer<typeof lineSchema>): Past {
  const { labels, annotations } = line;
  const summary = summaryOf(labels, annotations);
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    seen: {
      id: index,
      at: line.startsAt,
      source: 'alertmanager',
      // As Alertmanager has it, what tells one alert from another is its labels; and where they say little, what
      // its text names.
      fingerprint: createHash('sha256')
        .update(JSON.stringify([sorted, thingsNamedIn(summary)]))
        .digest('hex')
        .slice(0, 16),
      name: nameOf(labels, annotations),
      service: serviceOf(labels),
      severity: labelledSeverity(labels),
      kind: 'operational',
      summary,
      labels,
    },
    endedAt: endOf(line.endsAt),
  };
}

// Alertmanager writes year 1 for “has not ended”.
function endOf(endsAt: Date | null | undefined): Date | null {
  return endsAt && endsAt.getUTCFullYear() > 1 ? endsAt : null;
}
