import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Alert, AlertKind } from '../incident/alert.ts';
import { serviceOf } from '../incident/labels.ts';
import { firstLine, plain } from '../incident/text.ts';

/** What a source has found out of one message, not yet made inert. */
export type Found = Pick<Alert, 'source' | 'fingerprint' | 'identifiedBy' | 'severity'> & {
  name: string;
  startsAt: Date;
  /** When it ended; null while it fires. */
  endedAt: Date | null;
  kind?: AlertKind;
  service?: string | null | undefined;
  summary?: string | null | undefined;
  description?: string | null | undefined;
  labels: Readonly<Record<string, string | null | undefined>>;
  annotations?: Readonly<Record<string, string | null | undefined>>;
  link?: string | null | undefined;
};

/** An alert whose every text is inert and bounded, and whose every time a database can hold. */
export function inertAlert(found: Found): Alert {
  const { source, identifiedBy, severity, endedAt } = found;
  const labels = inert(found.labels);
  const name = firstLine(found.name, 200) || 'unnamed alert';
  return {
    source,
    fingerprint: keyOf(found.fingerprint),
    startsAt: sane(found.startsAt),
    identifiedBy,
    kind: found.kind ?? kindOf(found.labels),
    status: endedAt ? 'resolved' : 'firing',
    endsAt: endedAt && sane(endedAt),
    name,
    service: firstLine(found.service ?? serviceOf(labels) ?? '', 200) || null,
    severity,
    summary: firstLine(found.summary ?? '', 300) || name,
    description: plain(found.description ?? '', 2000),
    labels,
    annotations: inert(found.annotations ?? {}),
    link: found.link && /^https?:\/\//i.test(found.link) ? plain(found.link, 2000) : null,
  };
}

/** A fingerprint or delivery id of at most 200 characters: as it came where it can be kept so, else its hash. */
export function keyOf(text: string): string {
  return text !== '' && plain(text, 200) === text ? text : createHash('sha256').update(text).digest('hex');
}

const kindSchema = z.enum(['operational', 'security', 'cost']).catch('operational');

/** What the label or tag `kind` says a signal speaks of; operational where it says nothing known. */
function kindOf(labels: Found['labels']): AlertKind {
  return kindSchema.parse(labels['kind']?.toLowerCase());
}

function inert(values: Found['labels']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) =>
      value === null || value === undefined ? [] : [[plain(key, 200), plain(value, 4000)]],
    ),
  );
}

const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);

// A mad clock must not cost an alert, and no time may stop the database; the same time is always bounded
// to the same one, so that it still identifies the alert.
function sane(time: Date): Date {
  return new Date(Math.min(Math.max(time.getTime(), EARLIEST), LATEST));
}
