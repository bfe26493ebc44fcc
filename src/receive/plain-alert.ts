import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Alert } from '../incident/alert.ts';
import { severityOf } from '../incident/severity.ts';
import { labels, timeOf, words } from './fields.ts';
import { inertAlert } from './inert-alert.ts';

/** Whoever writes a time by hand is told when it is none. */
const time = z
  .string()
  .nullish()
  .transform((text, context) => {
    const parsed = text ? timeOf(text) : null;
    if (text && !parsed) context.addIssue('write a time as 2026-03-04T03:00:00Z');
    return parsed;
  });

/** The shape that `json` documents, and that the data of a CloudEvent may have. */
export const plainAlert = z.object({
  status: z.enum(['firing', 'resolved']).nullish(),
  kind: z.enum(['operational', 'security', 'cost']).nullish(),
  severity: words,
  service: words,
  summary: words,
  description: words,
  labels,
  annotations: labels,
  link: words,
  fingerprint: z.string().min(1).nullish(),
  startsAt: time,
  endsAt: time,
});

/**
 * Such an alert as ours. Without a fingerprint of its own, its name, service and labels are one; without
 * a start at most one of it fires at a time.
 */
export function alertOf(
  source: string,
  name: string,
  said: z.infer<typeof plainAlert>,
  happened: Date,
): Alert {
  const ended = said.status === 'resolved' ? (said.endsAt ?? happened) : null;
  return inertAlert({
    source,
    fingerprint: said.fingerprint ?? fingerprintOf([name, said.service ?? '', said.labels]),
    // A resolve rarely repeats the start; then it ends whichever one fires.
    identifiedBy: said.startsAt ? 'start' : 'fingerprint',
    startsAt: said.startsAt ?? ended ?? happened,
    endedAt: ended,
    ...(said.kind ? { kind: said.kind } : {}),
    name,
    service: said.service,
    severity: severityOf(said.severity ?? said.labels['severity']),
    summary: said.summary,
    description: said.description,
    labels: said.labels,
    annotations: said.annotations,
    link: said.link,
  });
}

/** The same for the same parts, whatever the order of the labels. */
export function fingerprintOf(parts: readonly (string | Record<string, string>)[]): string {
  const stable = parts.map((part) =>
    typeof part === 'string' ? part : Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return createHash('sha256').update(JSON.stringify(stable)).digest('hex').slice(0, 32);
}
