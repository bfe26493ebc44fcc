import { z } from 'zod';
import { boundedLines } from '../../../incident/bounded-lines.ts';
import type { FrozenAlert, FrozenIncident } from '../frozen.ts';
import { bounded } from './bounded.ts';
import { allText, field, isFields, listOf, serviceField, textField, type Fields } from './fields.ts';
import { readCommits, readDeploys, readFlags } from './changes.ts';
import { readLogs } from './logs.ts';
import { readMetrics } from './metrics.ts';
import { patternOf } from './patterns.ts';
import { readServices } from './services.ts';
import { absoluteTime, clockFrom, type Clock } from './time.ts';
import { readTraces } from './traces.ts';

const fileSchema = z.looseObject({ id: z.union([z.string(), z.number()]).optional() });

const ALERT_TIMES = [
  'startsAt',
  'firedAt',
  'fired_at',
  'starts_at',
  'at',
  'time',
  'timestamp',
  'ts',
  'triggered_at',
  'started_at',
  'activeAt',
  'date',
  't',
  'fired',
];

/**
 * Reads a frozen incident in whatever shape it was written. What is absent or not understood costs only its own
 * evidence. `fallbackId` names a file without an id. Throws where it is no JSON object, or says nothing at all.
 */
export function readFrozenIncident(json: unknown, fallbackId: string): FrozenIncident {
  const file: Fields = fileSchema.parse(bounded(fileSchema.parse(json)));
  const firing = [...alertList(file['alert']), ...alertList(file['alerts'])];
  const firstAlert = firing.map((one) => absoluteTime(field(one, ...ALERT_TIMES))).find((at) => at !== null);
  const anyTime = firstAlert ?? firstAbsolute(file) ?? null;
  const clock = clockFrom(anyTime);
  const alerts = firing.map((fields): FrozenAlert => alertOf(fields, clock));
  const times = alerts.flatMap((one) => one.at ?? []);
  const alertAt =
    times.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : (clock(field(file, ...ALERT_TIMES)) ?? null);
  const { services, external, dependsOn } = readServices(file);
  const incident: FrozenIncident = {
    id: file['id'] === undefined ? fallbackId : String(file['id']),
    alertAt,
    alerts,
    logs: readLogs(field(file, 'logs', 'log', 'log_lines'), clock),
    series: readMetrics(field(file, 'metrics', 'series', 'timeseries'), clock),
    spans: readTraces(field(file, 'traces', 'trace', 'spans'), clock),
    patterns: listOf(field(file, 'patterns', 'log_patterns', 'templates')).flatMap((one) =>
      patternOf(one, clock),
    ),
    commits: readCommits(field(file, 'commits'), clock, alertAt),
    deploys: readDeploys(field(file, 'deploys', 'deployments', 'releases'), clock, alertAt),
    flags: readFlags(field(file, 'flags', 'feature_flags', 'flag_changes', 'featureFlags'), clock, alertAt),
    services,
    external,
    dependsOn,
  };
  if (alerts.length + incident.logs.length + incident.series.length + incident.spans.length === 0) {
    throw new Error(
      'it has no alert, log, metric or trace that Sitrep could read; see docs/evaluation.md, "Frozen incidents"',
    );
  }
  return incident;
}

function alertList(value: unknown): Fields[] {
  if (typeof value === 'string') return [{ summary: value }];
  if (Array.isArray(value)) return value.flatMap(alertList);
  if (!isFields(value)) return [];
  const inner = value['alerts'];
  return Array.isArray(inner) && inner.length > 0
    ? inner.filter(isFields).map((one) => ({ ...value, alerts: undefined, ...one }))
    : [value];
}

function alertOf(fields: Fields, clock: Clock): FrozenAlert {
  const labels = isFields(fields['labels']) ? fields['labels'] : {};
  return {
    name:
      textField(fields, 'name', 'alertname', 'title', 'rule') ??
      textField(labels, 'alertname', 'name') ??
      textField(fields, 'summary') ??
      'alert',
    at: clock(field(fields, ...ALERT_TIMES)),
    service: serviceField(fields),
    text: boundedLines(valuesText(fields)),
  };
}

/** What an alert says, without the names of its fields and without its times. */
function valuesText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valuesText).join(' ');
  if (!isFields(value)) return absoluteTime(value) === null ? allText(value) : '';
  return Object.values(value).map(valuesText).filter(Boolean).join('; ');
}

/** The earliest date that stands anywhere in the file: what relative times then count from. */
function firstAbsolute(value: unknown, depth = 0): number | null {
  const own = absoluteTime(value);
  if (own !== null && typeof value === 'string') return own;
  if (depth > 4 || typeof value !== 'object' || value === null) return null;
  for (const one of Object.values(value)) {
    const found = firstAbsolute(one, depth + 1);
    if (found !== null) return found;
  }
  return null;
}
